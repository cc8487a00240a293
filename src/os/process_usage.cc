#include "os/process_usage.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "os/errno_error.h"
#include "os/file_system.h"

namespace holdfast::os {
namespace {

constexpr std::size_t kMost = 4 * 1024 * 1024;  // bytes of /proc/stat on a very large machine

Result<std::string> read_text(const std::string& path) {
  HF_ASSIGN(const auto bytes, read_file(real_file_system(), path, kMost));
  return std::string(as_text(bytes));
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(" \n"), line.size());
    if (end != 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

Result<std::uint64_t> number(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size())
    return fail(Code::corrupt, "\"{}\" in /proc is no number", word);
  return value;
}

// When the machine was started, in seconds since 1970.
Result<std::uint64_t> boot_time() {
  constexpr std::string_view kName = "btime ";
  HF_ASSIGN(const std::string text, read_text("/proc/stat"));
  const std::size_t at = text.find(kName);
  if (at == std::string::npos) return fail(Code::unsupported, "/proc/stat has no btime");
  const std::vector<std::string_view> words = words_of(std::string_view(text).substr(at, 64));
  return number(words[1]);
}

}  // namespace

Result<ProcessStat> read_process_stat(std::string_view line) {
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string_view::npos) return fail(Code::corrupt, "/proc/self/stat has no name");
  // The first word is field 3 of proc(5).
  const std::vector<std::string_view> words = words_of(line.substr(name_end + 1));
  constexpr std::size_t kFirst = 3;
  constexpr std::size_t kResident = 24;
  if (words.size() <= kResident - kFirst) return fail(Code::corrupt, "/proc/self/stat is too short");
  const auto field = [&](std::size_t index) { return number(words[index - kFirst]); };
  ProcessStat stat;
  HF_ASSIGN(stat.user_ticks, field(14));
  HF_ASSIGN(stat.system_ticks, field(15));
  HF_ASSIGN(stat.threads, field(20));
  HF_ASSIGN(stat.start_ticks, field(22));
  HF_ASSIGN(stat.virtual_bytes, field(23));
  HF_ASSIGN(stat.resident_pages, field(kResident));
  return stat;
}

Result<ProcessUsage> process_usage() {
  HF_ASSIGN(const std::string line, read_text("/proc/self/stat"));
  HF_ASSIGN(const ProcessStat stat, read_process_stat(line));
  HF_ASSIGN(const std::uint64_t boot, boot_time());
  HF_ASSIGN(const auto files, real_file_system().list("/proc/self/fd"));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno_error("read the limit of", "open files");
  const double tick = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return ProcessUsage{.resident_bytes = stat.resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
                      .virtual_bytes = stat.virtual_bytes,
                      .cpu_seconds = static_cast<double>(stat.user_ticks + stat.system_ticks) * tick,
                      .threads = stat.threads,
                      .open_files = files.size(),
                      .most_open_files = limit.rlim_cur,
                      .start_time = static_cast<double>(boot) + static_cast<double>(stat.start_ticks) * tick};
}

}  // namespace holdfast::os
