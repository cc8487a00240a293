// Backups at a steady rate through a whole server in this process: real store, real HTTP, schedules, claims, catalogue
// and retention. Only the etcds are made up: each streams a snapshot of the same size from memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace holdfast::bench {

struct DrivingOptions {
  std::string data_directory;          // with a state that lies still
  std::size_t first = 0;               // number of the first of the clusters that are made for this
  std::size_t per_second = 10;         // so many clusters are made each second of the ramp
  std::size_t ramp_seconds = 60;       // as long as the schedule's interval, so that slots are spread evenly
  std::string schedule = "@every 1m";  // of each; empty: one backup at once
  std::size_t warm_seconds = 30;       // after the ramp, before what is measured; 0: the ramp is measured, too
  std::uint64_t snapshot_bytes = 50'000'000;
  double transfer_seconds = 0;  // so long each etcd keeps its backup waiting, as a slow line would
  double seconds = 180;         // measured
};

struct DrivingFigures {
  std::uint64_t begun = 0;  // in the measured time
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t skipped = 0;
  double middle_delay = 0;  // seconds from the slot (and its offset) until the backup ran
  double late_delay = 0;    // of 99 in 100 less
  double worst_delay = 0;
  std::size_t most_waiting = 0;  // due and not begun: in the first half of the time, and in the second
  std::size_t most_waiting_late = 0;
  double processor_each = 0;   // seconds of this process for each backup, everything included
  std::uint64_t resident = 0;  // bytes at the end
};

DrivingFigures drive_backups(const DrivingOptions& options);

}  // namespace holdfast::bench
