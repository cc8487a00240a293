// What this process takes of the machine.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace holdfast::os {

struct ProcessUsage {
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  double cpu_seconds = 0;  // of all threads, user and system
  std::uint64_t threads = 0;
  std::uint64_t open_files = 0;       // descriptors
  std::uint64_t most_open_files = 0;  // its soft limit
  double start_time = 0;              // seconds since 1970
};

// From /proc. The error names what cannot be read.
Result<ProcessUsage> process_usage();

// Numbers of a line of /proc/PID/stat (proc(5)), whose second field may hold spaces and brackets.
struct ProcessStat {
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  // after the machine's start
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};
Result<ProcessStat> read_process_stat(std::string_view line);

}  // namespace holdfast::os
