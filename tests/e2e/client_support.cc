#include "e2e/client_support.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace holdfast::test {
namespace {

constexpr std::chrono::seconds kPatience{20};

std::vector<std::string> command(const std::vector<std::string>& words) {
  std::vector<std::string> all{HOLDFAST_PROGRAM};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

}  // namespace

ClientTest::ClientTest() = default;

HoldfastServer& ClientTest::server() {
  static const std::unique_ptr<HoldfastServer> shared = [] {
    auto started = HoldfastServer::start();
    if (!started) ADD_FAILURE() << started.error().to_string();
    return std::move(started).value();
  }();
  return *shared;
}

std::string ClientTest::cluster() const {
  std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
  std::replace(name.begin(), name.end(), '_', '-');
  name = name.substr(0, 30);
  return name.substr(0, name.find_last_not_of('-') + 1);
}

ProgramResult ClientTest::run_bare(const std::vector<std::string>& words,
                                   const std::vector<std::string>& environment) const {
  std::vector<std::string> all = environment;
  all.push_back("HOME=" + dir_.path());
  return run_program(command(words), "", all);
}

ProgramResult ClientTest::run(const std::vector<std::string>& words, const std::string& input,
                              const std::vector<std::string>& more_environment) const {
  std::vector<std::string> environment{"HOME=" + dir_.path(), "HOLDFAST_KUBECONFIG=" + server().kubeconfig()};
  environment.insert(environment.end(), more_environment.begin(), more_environment.end());
  return run_program(command(words), input, environment);
}

std::string ClientTest::ok(const std::vector<std::string>& words, const std::string& input) const {
  const ProgramResult result = run(words, input);
  EXPECT_EQ(result.exit_code, 0) << fmt::format("holdfast {}\n{}{}", fmt::join(words, " "), result.out, result.err);
  return result.out;
}

std::string ClientTest::fails(int code, const std::vector<std::string>& words, const std::string& input) const {
  const ProgramResult result = run(words, input);
  EXPECT_EQ(result.exit_code, code) << fmt::format("holdfast {}\n{}{}", fmt::join(words, " "), result.out, result.err);
  return result.err;
}

json::Value ClientTest::document(std::vector<std::string> words) const {
  words.insert(words.end(), {"-o", "json"});
  std::vector<std::string> duplicates;
  const auto value = json::parse_with_duplicates(ok(words), {.bytes = 1 << 24, .levels = 64}, duplicates);
  EXPECT_TRUE(value);
  return value ? *value : json::Value();
}

ChildProcess ClientTest::start(const std::vector<std::string>& words, const std::string& output) const {
  const int fd = ::open(file(output).c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  auto child =
      ChildProcess::start({.arguments = command(words),
                           .extra_environment = {"HOME=" + dir_.path(), "HOLDFAST_KUBECONFIG=" + server().kubeconfig()},
                           .stdin_fd = -1,
                           .stdout_fd = fd,
                           .stderr_fd = fd});
  ::close(fd);
  EXPECT_TRUE(child);
  return child ? std::move(*child) : ChildProcess();
}

bool ClientTest::wait_for(const std::string& name, const std::string& text) const {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    if (read(file(name)).find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ADD_FAILURE() << "\"" << text << "\" did not come:\n" << read(file(name));
  return false;
}

std::string ClientTest::config_text(const std::string& name, const std::string& spec) const {
  return fmt::format(
      "apiVersion: kubermatic.k8c.io/v1\nkind: EtcdBackupConfig\nmetadata:\n  name: {}\n  namespace: {}\n"
      "spec:\n  cluster: {{name: {}}}\n  schedule: \"@every 20m\"\n  suspend: true\n  destination: d1\n  {}\n",
      name, name_space(), cluster(), spec);
}

void ClientTest::make_cluster() const {
  ok({"apply", "-f", "-"},
     fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {{name: s1, namespace: kubermatic}}\nspec:\n"
                 "  etcdBackupRestore:\n    destinations:\n      d1: {{type: local, path: \"{}\"}}\n---\n"
                 "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: {}}}\nspec:\n"
                 "  humanReadableName: one\n  etcd: {{endpoints: [\"http://127.0.0.1:2379\"]}}\n",
                 server().file("backups"), cluster()));
  ok({"apply", "-f", "-"}, config_text("daily"));
}

std::string ClientTest::read(const std::string& path) const {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void ClientTest::write(const std::string& name, const std::string& text) const {
  std::ofstream(file(name)) << text;
}

}  // namespace holdfast::test
