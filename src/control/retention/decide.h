// Which backups of a config stay, which go, and why: the decision that retention acts on and that people are shown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "control/retention/policy.h"

namespace holdfast::control {

enum class BackupState {
  waiting,   // not started
  running,   // being made
  good,      // complete, its bytes proven
  failed,    // ended without a good backup, or its object was found damaged; there may be a part of an object
  missing,   // its object was not found where it should lie; otherwise like failed
  removing,  // its removal has begun
  foreign,   // found in the bucket; not made by this config, or nobody knows
};

struct BackupFacts {
  std::string name;       // says which object it is: equal names are one object, or copies of one
  std::string etcd;       // id of the etcd cluster it is of; empty: not known
  Instant slot;           // its scheduled time
  std::uint64_t made{0};  // order in which backups were made, by a number that never goes back; 0: not known
  BackupState state = BackupState::good;
  bool pinned = false;
  bool in_use = false;                  // a running restore reads it
  std::optional<Instant> locked_until;  // the object cannot be removed before (object lock)
  // It is older than the config, which took it over from a former one of its name and leaves it alone for so long.
  std::optional<Instant> taken_over_until = {};
};

enum class Fate {
  keep,         // stays, by its reasons
  remove,       // goes
  not_counted,  // stays, and takes no part in the rules
};

struct Verdict {
  Fate fate = Fate::not_counted;
  // keep: all rules and protections that hold it. "last 3 of 20", "daily 2026-11-20", "within 7d", "newest good
  // backup",
  //   "made last", "pinned", "used by a running restore", "object lock until 2026-12-01T00:00:00Z", "one-time backup",
  //   "older than this backup config, which removes it from 2026-12-01T00:00:00Z on", "its object is that of another
  //   entry".
  // remove: one, "beyond keep 20" or "beyond the 10 latest failures".
  // not_counted: one, such as "still running".
  std::vector<std::string> reasons;
};

struct RetentionDecision {
  std::vector<Verdict> verdicts;      // one for each backup, in the same order
  std::vector<std::size_t> removals;  // indices of those to remove, the oldest first
};

// Failed backups are history: so many of the latest stay, whatever the rules say.
constexpr std::size_t kFailuresKept = 10;

// Promises, whatever the policy and the clock say:
//   * Only good backups whose slot is not after `now` are counted. Of those with the same slot the one made later is
//   newer.
//   * Never removed: the newest good backup (by slot, not after `now`), the good one made last, one with a slot in the
//     future (a clock was wrong when it was made, or is wrong now), a pinned one (which does not take part in the rules
//     at all), one that a restore uses, one under object lock, one taken over not long ago, one whose name another
//     entry bears that stays (and is not missing), a foreign one, anything of a one-time config.
//   * The rules count the backups of each etcd by themselves: those of one that stood under this name before, lost or
//   replaced, are never pushed out by those of another, and the newest good one of each stays.
//   * Entries of one name are counted once, by the newest of them, and go or stay together. When one of them says that
//     the object is damaged, the others are not counted as good, and stay.
//   * The order of `backups` does not matter, and after the removals the next decision at the same time removes
//   nothing.
// How many are removed at once is the caller's business. O(n log n).
RetentionDecision decide(const RetentionPolicy& policy, std::span<const BackupFacts> backups, Instant now);

}  // namespace holdfast::control
