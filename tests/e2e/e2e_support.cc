#include "e2e_support.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::test {

const EtcdCluster& quiet_etcd(EtcdVersion version) {
  static std::map<EtcdVersion, std::unique_ptr<EtcdCluster>> clusters;
  auto& cluster = clusters[version];
  if (!cluster) {
    auto made = make_etcd_cluster({.version = version});
    if (!made) throw std::runtime_error(made.error().to_string());
    cluster = std::move(*made);
    write_history(Ctl(version, *cluster));
  }
  return *cluster;
}

EndToEnd::EndToEnd() : prefix_(fmt::format("e2e/{:016x}/", os::real_random().next())) {
  const auto server = rgw_server();
  if (!server) throw std::runtime_error("no S3 server is running: start one with scripts/ceph-rgw");
  rgw_ = *server;
}

std::vector<std::string> EndToEnd::environment(const std::vector<std::string>& more) const {
  std::vector<std::string> all{"HOME=" + dir_.path(),
                               "TMPDIR=" + dir_.path(),
                               "XDG_CONFIG_HOME=",
                               "HOLDFAST_CONFIG=",
                               "ETCDCTL_ENDPOINTS=",
                               "NO_PROXY=127.0.0.1,localhost",
                               "AWS_ACCESS_KEY_ID=" + rgw_.access_key,
                               "AWS_SECRET_ACCESS_KEY=" + rgw_.secret_key,
                               "AWS_ENDPOINT_URL_S3=" + rgw_.endpoint,
                               "HOLDFAST_S3_ALLOW_HTTP=true",
                               "HOLDFAST_S3_PART_SIZE=5MiB"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

ProgramResult EndToEnd::run(std::vector<std::string> words, const std::vector<std::string>& more) const {
  words.insert(words.begin(), HOLDFAST_PROGRAM);
  return run_program(words, "", environment(more));
}

std::string EndToEnd::ok(const std::vector<std::string>& words) const {
  const ProgramResult result = run(words);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return result.out;
}

json::Object EndToEnd::document(std::vector<std::string> words) const {
  words.insert(words.end(), {"-o", "json"});
  const auto value = json::parse(ok(words), 4 * kMiB);
  EXPECT_TRUE(value);
  return value && value->is_object() ? value->get_object() : json::Object{};
}

ChildProcess EndToEnd::start(std::vector<std::string> words, const std::string& log) const {
  words.insert(words.begin(), HOLDFAST_PROGRAM);
  const int fd = open(log.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  auto child = ChildProcess::start(
      {.arguments = words, .extra_environment = environment(), .stdin_fd = -1, .stdout_fd = fd, .stderr_fd = fd});
  close(fd);
  if (!child) throw std::runtime_error(child.error().to_string());
  return std::move(*child);
}

std::string EndToEnd::read(const std::string& name) const {
  const auto bytes = os::read_file(os::real_file_system(), file(name), 64 * kMiB);
  return bytes ? std::string(as_text(*bytes)) : "";
}

std::vector<std::string> EndToEnd::files_in(const std::string& directory) const {
  const auto names = os::real_file_system().list(directory);
  return names ? *names : std::vector<std::string>{};
}

std::string EndToEnd::bucket_url() const {
  return "s3://" + rgw_.bucket + "/" + prefix_;
}

std::unique_ptr<S3Fixture> EndToEnd::bucket() const {
  return std::make_unique<S3Fixture>(rgw_config(rgw_, rgw_.bucket), rgw_.access_key, rgw_.secret_key);
}

}  // namespace holdfast::test
