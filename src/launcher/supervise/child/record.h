// What a launcher writes down about the etcd it keeps, so that the next one finds it: DATA.process, a small JSON
// document with mode 0600, replaced as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/supervise/supervisor.h"

#include "base/bytes.h"
#include "base/result.h"
#include "base/units.h"
#include "os/detached_process.h"

namespace holdfast::launcher {

// A process that was about to begin, and has begun unless the machine or the launcher ended at that very moment.
struct ProcessRecord {
  os::ProcessIdentity identity;
  WallTime started{};
  EtcdCommand command;  // it was started with
};

struct ChildRecord {
  bool wanted = false;
  EtcdCommand command;                   // asked for last
  std::optional<ProcessRecord> process;  // nothing once its end was noticed
  std::optional<ExitReason> last_exit;
  std::uint32_t ends = 0;  // in a row, see restart_delay.h
  std::uint64_t restarts = 0;
};

constexpr std::size_t kMostOfRecord = kMiB;  // bytes

// With a digest over the text, since what it says decides which process gets a signal.
std::string format_record(const ChildRecord& record);
// Code::corrupt: not what format_record() wrote; Code::unsupported: written by a newer version.
Result<ChildRecord> parse_record(std::string_view text);

}  // namespace holdfast::launcher
