#include "side_by_side/measure.h"

#include <algorithm>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file_system.h"

namespace holdfast::bench {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts)
    list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

std::string end_of(const std::string& file) {
  const auto bytes = os::read_file(os::real_file_system(), file, 16 * kMiB);
  if (!bytes) return {};
  const std::string_view text = as_text(*bytes);
  return std::string(text.substr(text.size() - std::min<std::size_t>(text.size(), 600)));
}

Result<pid_t> start(const Command& command, const std::string& output_file) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = command.environment;
  for (char** entry = environ; *entry != nullptr; ++entry)
    environment.emplace_back(*entry);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const std::string input = command.input_file.empty() ? "/dev/null" : command.input_file;
  posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
  const std::string& out = command.stdout_file.empty() ? output_file : command.stdout_file;
  posix_spawn_file_actions_addopen(&actions, 2, output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments.front().c_str(), &actions, nullptr, pointers(arguments).data(),
                                 pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return fail(Code::not_found, "cannot start {}", command.arguments.front());
  return pid;
}

}  // namespace

Cost& Cost::operator+=(const Cost& other) {
  wall += other.wall;
  cpu += other.cpu;
  peak_memory = std::max(peak_memory, other.peak_memory);
  return *this;
}

Result<Cost> measure(const Command& command, const std::string& output_file) {
  const auto begin = os::real_clock().steady();
  HF_ASSIGN(const pid_t pid, start(command, output_file));
  int status = 0;
  rusage usage{};
  while (::wait4(pid, &status, 0, &usage) < 0) {
  }
  const double wall = std::chrono::duration<double>(os::real_clock().steady() - begin).count();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(Code::unavailable, "{} ended with status {}: {}", command.arguments.front(), status,
                end_of(output_file));
  }
  return Cost{.wall = wall,
              .cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime),
              .peak_memory = static_cast<std::uint64_t>(usage.ru_maxrss) * kKiB};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace holdfast::bench
