// Looks for secrets in the process list.
#pragma once

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "os/file_system.h"

namespace holdfast::test {

inline std::string file_text(const std::string& path) {
  const auto bytes = os::read_file(os::real_file_system(), path, 64 * kMiB);
  return bytes ? std::string(as_text(*bytes)) : "";
}

inline std::vector<std::string> names_in(const std::string& directory) {
  return os::real_file_system().list(directory).value();
}

// Looks at every process we started, and at theirs, again and again: none may show the secret on its command line, and
// none of those outside of a sandbox may have it in its environment.
class LeakWatch {
 public:
  explicit LeakWatch(std::string secret)
      : secret_(std::move(secret)), thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested())
            look();
        }) {}

  std::set<std::string> end() {
    thread_ = {};
    return leaks_;
  }
  // How many looks found something running in a sandbox that had the secret.
  int in_sandbox() const { return in_sandbox_; }

 private:
  void look() {
    for (const std::string& each : names_in("/proc")) {
      if (each.find_first_not_of("0123456789") != std::string::npos || !is_ours(each)) continue;
      const std::string process = "/proc/" + each;
      const std::string words = file_text(process + "/cmdline");
      if (words.find(secret_) != std::string::npos) leaks_.insert("command line: " + words.substr(0, words.find('\0')));
      if (file_text(process + "/environ").find(secret_) == std::string::npos) continue;
      if (is_confined(process)) ++in_sandbox_;
      if (!is_confined(process) && !words.empty()) leaks_.insert("environment: " + words.substr(0, words.find('\0')));
    }
  }
  bool is_ours(std::string process) const {
    while (!process.empty() && process != self_ && process != "0") {
      const std::string status = file_text("/proc/" + process + "/status");
      const std::size_t at = status.find("PPid:\t");
      process = at == std::string::npos ? "" : status.substr(at + 6, status.find('\n', at) - at - 6);
    }
    return process == self_;
  }
  // The sandbox takes all capabilities away for good; nobody outside does.
  static bool is_confined(const std::string& process) {
    return file_text(process + "/status").find("CapBnd:\t0000000000000000") != std::string::npos;
  }

  static std::string own_id() {
    const std::string stat = file_text("/proc/self/stat");
    return stat.substr(0, stat.find(' '));
  }

  const std::string secret_;
  const std::string self_ = own_id();
  std::set<std::string> leaks_;
  std::atomic<int> in_sandbox_ = 0;
  std::jthread thread_;
};

}  // namespace holdfast::test
