#include "control_plane/server_process.h"

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "control_plane/connection.h"
#include "control_plane/must.h"

#include "model/json.h"

namespace holdfast::bench {
namespace {

using Steady = std::chrono::steady_clock;

std::string text_of(const std::string& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The port in "listening at https://127.0.0.1:12345".
std::uint16_t read_port(int fd) {
  std::string said;
  std::array<char, 4096> bytes;
  while (said.find('\n') == std::string::npos) {
    const ssize_t count = ::read(fd, bytes.data(), bytes.size());
    if (count <= 0) give_up("the server ended: " + said);
    said.append(bytes.data(), static_cast<std::size_t>(count));
  }
  const std::size_t end = said.find('\n');
  return static_cast<std::uint16_t>(std::stoi(said.substr(said.rfind(':', end) + 1, end)));
}

std::uint64_t status_line(int pid, std::string_view name) {
  const std::string text = text_of(fmt::format("/proc/{}/status", pid));
  const std::size_t at = text.find(name);
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + name.size() + 1)) * 1024;
}

}  // namespace

ServerProcess::ServerProcess(const std::string& program, const std::string& data_directory)
    : data_directory_(data_directory) {
  std::array<int, 2> pipe{};
  const int log = ::open((data_directory + "/server.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0 || log < 0) give_up("cannot start the server");
  const auto begin = Steady::now();
  child_ = must(test::ChildProcess::start(
      {.arguments = {program, "server", "--data-dir", data_directory, "--listen", "127.0.0.1:0"},
       .extra_environment = {},
       .stdout_fd = pipe[1],
       .stderr_fd = log}));
  ::close(pipe[1]);
  ::close(log);
  port_ = read_port(pipe[0]);
  output_ = pipe[0];
  Connection connection(port_, pki());
  while (connection.request("GET", "/readyz", "*/*").status != 200)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  start_seconds_ = std::chrono::duration<double>(Steady::now() - begin).count();
}

ServerProcess::~ServerProcess() {
  child_.signal(SIGTERM);
  child_.wait();
  ::close(output_);
}

double ServerProcess::processor_seconds() const {
  std::string text = text_of(fmt::format("/proc/{}/stat", child_.pid()));
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i)
    fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::uint64_t ServerProcess::resident() const {
  return status_line(child_.pid(), "VmRSS:");
}

std::uint64_t ServerProcess::most_resident() const {
  return status_line(child_.pid(), "VmHWM:");
}

double ServerProcess::settle() const {
  constexpr auto kStep = std::chrono::seconds(2);
  constexpr double kQuiet = 0.05;  // of a core; asking the etcds how they are goes on for ever, and takes some 2 %
  constexpr int kQuietSteps = 3;
  double used = processor_seconds();
  double busy_until = used;
  for (int quiet = 0; quiet < kQuietSteps;) {
    std::this_thread::sleep_for(kStep);
    const double used_now = processor_seconds();
    const bool is_quiet = used_now - used < kQuiet * std::chrono::duration<double>(kStep).count();
    quiet = is_quiet ? quiet + 1 : 0;
    if (!is_quiet) busy_until = used_now;
    used = used_now;
  }
  return busy_until;
}

}  // namespace holdfast::bench
