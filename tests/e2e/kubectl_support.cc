#include "e2e/kubectl_support.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

namespace holdfast::test {
namespace {

constexpr std::chrono::seconds kPatience{20};

std::string contents(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool comes(const std::string& path, const std::string& text) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    if (contents(path).find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

class OutputFile {
 public:
  explicit OutputFile(const std::string& path)
      : fd_(::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600)) {}
  ~OutputFile() { ::close(fd_); }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<std::unique_ptr<HoldfastServer>> HoldfastServer::start(const std::vector<std::string>& more,
                                                              const std::vector<std::string>& environment) {
  std::unique_ptr<HoldfastServer> server(new HoldfastServer());
  server->flags_ = more;
  server->environment_ = environment;
  server->environment_.push_back("HOME=" + server->dir_.path());
  HF_TRY(server->launch());
  return server;
}

Status HoldfastServer::launch() {
  const OutputFile out(file("server.log"));
  std::vector<std::string> words{HOLDFAST_PROGRAM, "server",   "--data-dir",
                                 file("data"),     "--listen", "127.0.0.1:" + port_};
  words.insert(words.end(), flags_.begin(), flags_.end());
  HF_ASSIGN(process_, ChildProcess::start({.arguments = words,
                                           .extra_environment = environment_,
                                           .stdin_fd = -1,
                                           .stdout_fd = out.fd(),
                                           .stderr_fd = out.fd()}));
  if (!comes(file("server.log"), "api-resources")) return fail(Code::unavailable, "the server said: {}", output());
  const std::string said = output();
  const std::size_t at = said.find("https://127.0.0.1:") + std::string("https://127.0.0.1:").size();
  port_ = said.substr(at, said.find('\n', at) - at);
  return {};
}

std::string HoldfastServer::output() const {
  return contents(file("server.log"));
}

int HoldfastServer::stop() {
  process_.signal(SIGTERM);
  return process_.wait();
}

void HoldfastServer::kill() {
  process_.signal(SIGKILL);
  process_.wait();
}

Status HoldfastServer::start_again() {
  return launch();
}

HoldfastServer& KubectlTest::server() {
  static const std::unique_ptr<HoldfastServer> shared = [] {
    auto started = HoldfastServer::start();
    if (!started) ADD_FAILURE() << started.error().to_string();
    return std::move(started).value();
  }();
  return *shared;
}

std::vector<std::string> KubectlTest::command(const std::string& kubeconfig,
                                              const std::vector<std::string>& words) const {
  std::vector<std::string> all{servers_directory() + "/kubectl-" + GetParam() + "/kubectl"};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"--kubeconfig", kubeconfig, "--cache-dir", file("cache")});
  return all;
}

std::vector<std::string> KubectlTest::environment() const {
  return {"HOME=" + dir_.path(), "TZ=UTC", "EDITOR=" + editor};
}

ProgramResult KubectlTest::run_as(const std::string& kubeconfig, const std::vector<std::string>& words,
                                  const std::string& input) const {
  return run_program(command(kubeconfig, words), input, environment());
}

ProgramResult KubectlTest::run(const std::vector<std::string>& words, const std::string& input) const {
  return run_as(kubeconfig(), words, input);
}

std::string KubectlTest::ok(const std::vector<std::string>& words, const std::string& input) const {
  const ProgramResult result = run(words, input);
  EXPECT_EQ(result.exit_code, 0) << fmt::format("kubectl {}\n{}{}", fmt::join(words, " "), result.out, result.err);
  return result.out;
}

std::string KubectlTest::fails(const std::vector<std::string>& words, const std::string& input) const {
  const ProgramResult result = run(words, input);
  EXPECT_NE(result.exit_code, 0) << fmt::format("kubectl {}\n{}", fmt::join(words, " "), result.out);
  return result.err;
}

ChildProcess KubectlTest::start(const std::vector<std::string>& words, const std::string& output) const {
  return start_as(kubeconfig(), words, output);
}

ChildProcess KubectlTest::start_as(const std::string& kubeconfig, const std::vector<std::string>& words,
                                   const std::string& output) const {
  const OutputFile out(output);
  auto child = ChildProcess::start({.arguments = command(kubeconfig, words),
                                    .extra_environment = environment(),
                                    .stdin_fd = -1,
                                    .stdout_fd = out.fd(),
                                    .stderr_fd = out.fd()});
  if (!child) {
    ADD_FAILURE() << child.error().to_string();
    return {};
  }
  return std::move(*child);
}

bool KubectlTest::wait_for(const std::string& file, const std::string& text) const {
  return comes(file, text);
}

std::string KubectlTest::read(const std::string& path) const {
  return contents(path);
}

std::string KubectlTest::unique(const std::string& name) const {
  std::string version = GetParam();
  std::replace(version.begin(), version.end(), '.', '-');
  return name + "-" + version;
}

std::string KubectlTest::kubeconfig_of(HoldfastServer& server, const std::string& user) const {
  const ProgramResult made =
      run_as(server.kubeconfig(), {"create", "-f", "-", "-o", "jsonpath={.status.token}"},
             fmt::format("apiVersion: holdfast.dev/v1\nkind: Token\nmetadata: {{generateName: {0}-}}\n"
                         "spec: {{user: {0}}}\n",
                         user));
  EXPECT_EQ(made.exit_code, 0) << made.err;
  std::istringstream in(read(server.kubeconfig()));
  const std::string path = file("kubeconfig-" + user);
  std::ofstream out(path);
  for (std::string line; std::getline(in, line);) {
    if (line.find("client-key-data") != std::string::npos) continue;
    out << (line.find("client-certificate-data") == std::string::npos ? line : "    token: " + made.out) << '\n';
  }
  return path;
}

std::string KubectlTest::cluster_text(const std::string& name) {
  return fmt::format(
      "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata:\n  name: {}\n  labels: {{project-id: p1}}\n"
      "spec:\n  humanReadableName: one\n  etcd:\n    endpoints: [\"http://127.0.0.1:2379\"]\n",
      name);
}

std::string KubectlTest::config_text(const std::string& cluster, const std::string& name, const std::string& spec) {
  return fmt::format(
      "apiVersion: kubermatic.k8c.io/v1\nkind: EtcdBackupConfig\nmetadata:\n  name: {}\n  namespace: cluster-{}\n"
      "  labels: {{a: b}}\nspec:\n  cluster: {{name: {}}}\n  destination: d1\n  schedule: \"@every 20m\"\n  {}\n",
      name, cluster, cluster, spec);
}

void KubectlTest::make_cluster(const std::string& name) const {
  ok({"apply", "-f", "-"},
     "apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {name: s1, namespace: kubermatic}\nspec:\n"
     "  etcdBackupRestore:\n    destinations:\n      d1: {type: local, path: " +
         server().file("backups") + "}\n");
  ok({"create", "-f", "-"}, cluster_text(name));
  ok({"create", "-f", "-"}, config_text(name));
}

}  // namespace holdfast::test
