#include "support/etcd_server.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "support/certificates.h"
#include "support/child_process.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

constexpr auto kHealthLimit = std::chrono::seconds(60);
constexpr int kPortAttempts = 3;

struct Member {
  std::string name;
  std::string client_url;
  std::string peer_url;
  std::string data_dir;
  std::string log_file;
  ChildProcess process;
};

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class RealCluster final : public EtcdCluster {
 public:
  explicit RealCluster(EtcdOptions options) : options_(std::move(options)) {}

  Status prepare() {
    if (options_.tls) {
      HF_ASSIGN(certificates_, make_certificates(directory_.path()));
    }
    for (int i = 0; i < options_.members; ++i)
      members_.push_back(make_member(static_cast<std::size_t>(i)));
    return {};
  }

  // All at once: a member of a new cluster is healthy only when a majority runs.
  Status start_all() {
    for (Member& member : members_)
      HF_TRY(launch(member));
    for (Member& member : members_)
      HF_TRY(wait_until_healthy(member));
    return {};
  }

  std::vector<std::string> endpoints() const override {
    std::vector<std::string> urls;
    for (const Member& member : members_)
      urls.push_back(member.client_url);
    return urls;
  }
  std::string data_dir(int member) const override { return at(member).data_dir; }
  std::string ca_file() const override { return certificates_.ca_file; }
  std::string client_certificate_file() const override { return certificates_.client_certificate_file; }
  std::string client_key_file() const override { return certificates_.client_key_file; }
  void kill(int member) override { end(member, SIGKILL); }
  void stop(int member) override { end(member, SIGTERM); }
  void pause(int member) override {
    at(member).process.signal(SIGSTOP);
    // The signal stops one thread after the other: wait until the process as a whole is reported as stopped.
    const std::string stat = fmt::format("/proc/{}/stat", at(member).process.pid());
    while (read_text(stat).find(") T ") == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  void resume(int member) override { at(member).process.signal(SIGCONT); }
  std::string log(int member) const override { return read_text(at(member).log_file); }

  Status start(int member) override {
    HF_TRY(launch(at(member)));
    return wait_until_healthy(at(member));
  }

 private:
  Member& at(int member) { return members_.at(static_cast<std::size_t>(member)); }
  const Member& at(int member) const { return members_.at(static_cast<std::size_t>(member)); }

  Member make_member(std::size_t index) {
    const std::string name = fmt::format("m{}", index);
    const bool restored = !options_.data_dirs.empty();
    return {.name = name,
            .client_url = fmt::format("{}://127.0.0.1:{}", options_.tls ? "https" : "http", free_port()),
            .peer_url = restored ? options_.peer_urls.at(index) : fmt::format("http://127.0.0.1:{}", free_port()),
            .data_dir = restored ? options_.data_dirs.at(index) : directory_.file(name),
            .log_file = directory_.file(name + ".log"),
            .process = {}};
  }

  std::vector<std::string> command_line(const Member& member) const {
    std::string initial_cluster;
    for (const Member& each : members_) {
      initial_cluster += fmt::format("{}{}={}", initial_cluster.empty() ? "" : ",", each.name, each.peer_url);
    }
    std::vector<std::string> command{etcd_program(options_.version),
                                     "--name",
                                     member.name,
                                     "--data-dir",
                                     member.data_dir,
                                     "--listen-client-urls",
                                     member.client_url,
                                     "--advertise-client-urls",
                                     member.client_url,
                                     "--listen-peer-urls",
                                     member.peer_url,
                                     "--initial-advertise-peer-urls",
                                     member.peer_url,
                                     "--initial-cluster",
                                     initial_cluster,
                                     "--initial-cluster-state",
                                     "new",
                                     "--initial-cluster-token",
                                     options_.initial_cluster_token,
                                     "--logger",
                                     "zap"};
    // Several members on few cores: no elections because one of them was busy. A single one elects itself at once.
    if (members_.size() > 1) {
      command.insert(command.end(), {"--heartbeat-interval", "200", "--election-timeout", "2000"});
    } else {
      command.insert(command.end(), {"--heartbeat-interval", "20", "--election-timeout", "100"});
    }
    if (options_.tls) {
      command.insert(command.end(),
                     {"--cert-file", certificates_.server_certificate_file, "--key-file", certificates_.server_key_file,
                      "--trusted-ca-file", certificates_.ca_file, "--client-cert-auth"});
    }
    command.insert(command.end(), options_.extra_flags.begin(), options_.extra_flags.end());
    return command;
  }

  Status launch(Member& member) {
    const int log = ::open(member.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) return fail(Code::internal, "cannot write {}", member.log_file);
    auto started = ChildProcess::start({.arguments = command_line(member), .stdout_fd = log, .stderr_fd = log});
    ::close(log);
    if (!started) return in_context(std::move(started).error(), "start etcd {}", member.name);
    member.process = std::move(*started);
    return {};
  }

  bool healthy(const Member& member) const {
    std::vector<std::string> command{etcdctl_program(options_.version),
                                     "--endpoints",
                                     member.client_url,
                                     "--command-timeout",
                                     "1s",
                                     "endpoint",
                                     "health"};
    if (options_.tls) {
      command.insert(command.end(), {"--cacert", certificates_.ca_file, "--cert", certificates_.client_certificate_file,
                                     "--key", certificates_.client_key_file});
    }
    return run_program(command, "", {"ETCDCTL_API=3"}).exit_code == 0;
  }

  Status wait_until_healthy(Member& member) const {
    const auto limit = std::chrono::steady_clock::now() + kHealthLimit;
    while (std::chrono::steady_clock::now() < limit) {
      if (!member.process.running()) {
        return fail(Code::unavailable, "etcd {} ended while starting; its log:\n{}", member.name,
                    read_text(member.log_file));
      }
      if (healthy(member)) return {};
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return fail(Code::timeout, "etcd {} was not healthy in time; its log:\n{}", member.name,
                read_text(member.log_file));
  }

  void end(int member, int signal_number) {
    at(member).process.signal(SIGCONT);
    at(member).process.signal(signal_number);
    at(member).process.wait();
  }

  const EtcdOptions options_;
  TempDir directory_;
  Certificates certificates_;
  std::vector<Member> members_;  // destroyed first: the processes end before their directory goes
};

std::string version_directory(EtcdVersion version) {
  return servers_directory() + (version == EtcdVersion::v3_4 ? "/etcd-3.4" : "/etcd-3.5");
}

}  // namespace

std::string servers_directory() {
  const char* given = std::getenv("HOLDFAST_SERVERS");
  return given != nullptr && *given != '\0' ? given : HOLDFAST_DEFAULT_SERVERS;
}

std::string etcd_program(EtcdVersion version) {
  return version_directory(version) + "/etcd";
}
std::string etcdctl_program(EtcdVersion version) {
  return version_directory(version) + "/etcdctl";
}
std::string etcdutl_program() {
  return version_directory(EtcdVersion::v3_5) + "/etcdutl";
}

Result<std::unique_ptr<EtcdCluster>> make_etcd_cluster(const EtcdOptions& options) {
  if (::access(etcd_program(options.version).c_str(), X_OK) != 0) {
    return with_hint(fail(Code::not_found, "there is no {}", etcd_program(options.version)),
                     "run scripts/test-servers");
  }
  const auto count = static_cast<std::size_t>(options.members);
  if (!options.data_dirs.empty() && (options.data_dirs.size() != count || options.peer_urls.size() != count)) {
    return fail(Code::usage, "data_dirs and peer_urls need one entry per member");
  }
  for (int attempt = 1;; ++attempt) {
    auto cluster = std::make_unique<RealCluster>(options);
    HF_TRY(cluster->prepare());
    const Status started = cluster->start_all();
    if (started) return std::unique_ptr<EtcdCluster>(std::move(cluster));
    // Somebody may have taken a port between its choice and its use; fresh members can simply have others.
    const bool port_taken = started.error().message.find("address already in use") != std::string::npos;
    if (!port_taken || !options.data_dirs.empty() || attempt == kPortAttempts)
      return tl::unexpected<Error>(started.error());
  }
}

}  // namespace holdfast::test
