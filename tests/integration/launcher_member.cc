#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "integration/launcher_places.h"
#include "launcher/supervise/etcd_command.h"

namespace holdfast::test {
namespace {

constexpr auto kLimit = std::chrono::seconds(60);
// In the environment of what a member's command runs.
constexpr const char* kMark = "HOLDFAST_TEST_MEMBER";

launcher::EtcdCommand make_command(EtcdVersion version, const std::string& data_dir, const std::string& client_url,
                                   const std::vector<std::string>& extra_flags) {
  const std::string peer_url = fmt::format("http://127.0.0.1:{}", free_port());
  launcher::EtcdSettings settings{.program = etcd_program(version),
                                  .name = "m0",
                                  .data_dir = data_dir,
                                  .listen_peer_urls = {peer_url},
                                  .advertise_peer_urls = {peer_url},
                                  .listen_client_urls = {client_url},
                                  .advertise_client_urls = {client_url},
                                  .initial_cluster = {{"m0", peer_url}},
                                  .initial_token = "test",
                                  .extra_flags = {"--heartbeat-interval=20", "--election-timeout=100"}};
  settings.extra_flags.insert(settings.extra_flags.end(), extra_flags.begin(), extra_flags.end());
  auto command = launcher::etcd_command(settings, os::Environment::of_process());
  EXPECT_TRUE(command) << command.error().to_string();
  if (!command) return {};
  command->environment[kMark] = data_dir;
  return *command;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

MemberForTest::MemberForTest(EtcdVersion version, const std::vector<std::string>& extra_flags)
    : version_(version), client_url_(fmt::format("http://127.0.0.1:{}", free_port())) {
  command_ = make_command(version, data_dir(), client_url_, extra_flags);
}

MemberForTest::~MemberForTest() {
  EXPECT_TRUE(eventually([this] {
    for (const int pid : pids())
      ::kill(pid, SIGKILL);
    return pids().empty();
  }));
}

std::vector<int> MemberForTest::pids() const {
  const std::string mark = fmt::format("{}={}", kMark, data_dir()) + '\0';
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!is_number(name)) continue;
    if (read_text(entry.path() / "environ").find(mark) != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

bool MemberForTest::serves() const {
  const auto result = run_program(
      {etcdctl_program(version_), "--endpoints", client_url_, "--command-timeout", "2s", "endpoint", "health"}, "",
      {"ETCDCTL_API=3"});
  return result.exit_code == 0;
}

bool MemberForTest::db_is_held() const {
  const int fd = ::open((data_dir() + "/member/snap/db").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
  ::close(fd);
  return held;
}

bool eventually(const std::function<bool()>& condition) {
  const auto limit = std::chrono::steady_clock::now() + kLimit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= limit) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace holdfast::test
