// What a restore remembers of itself: its status. Everything it must not forget when the server dies is in here;
// whatever else the decision needs it sees again (view.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/instant.h"
#include "control/restore/words.h"

namespace holdfast::control {

// What a member built, and what an etcd says about itself after its start.
struct History {
  std::string cluster_id;  // hexadecimal
  std::int64_t revision = 0;
  std::int64_t hash = 0;  // HashKV at the staged revision
  bool operator==(const History&) const = default;
};

// What a member did when it stopped.
struct Stopped {
  // How often its launcher had started etcd then. One more than that: it was started since, so the stop is void.
  std::int64_t starts = 0;
  std::optional<std::int64_t> revision;  // the head of what it holds; nothing: it holds no data that can be read
  bool operator==(const Stopped&) const = default;
};

// The one order that counts for a member; those with smaller numbers are void (orders.h).
struct MemberOrder {
  OrderType type = OrderType::none;
  std::int64_t number = 0;          // from 1, grows with every order to this member
  Decision under = Decision::none;  // what was decided when it was given
  Instant since;                    // when it was given
  std::int64_t tries = 0;           // how often the same was ordered before this, in a row
  OrderOutcome outcome = OrderOutcome::open;
  Instant ended;        // when its outcome was seen
  std::string message;  // why it failed
  bool operator==(const MemberOrder&) const = default;
};

struct MemberRecord {
  std::string name;      // of the etcd member
  std::string launcher;  // the resource
  std::string host;
  MemberOrder order;
  // What came of its orders so far.
  std::optional<History> staged;
  std::optional<Stopped> stopped;  // of the newest stop
  std::optional<History> proved;   // after the newest start; of whichever data
  bool stop_ordered = false;       // ever
  bool swap_ordered = false;       // ever: from then on it may run the new data until it is known to have stopped
  bool forget_ordered = false;     // ever: from then on its former data may be gone
  // For people; follow from the rest.
  MemberState state = MemberState::waiting;
  std::string message;
  std::int64_t percent = 0;  // of its order
  bool operator==(const MemberRecord&) const = default;
};

struct RestoreRecord {
  Step step = Step::waiting;
  Decision decision = Decision::none;
  Outcome outcome = Outcome::none;
  // Waits for a cluster with launchers (step waiting only).
  bool launcher_missing = false;

  std::optional<Instant> started;     // when its preflight began
  std::optional<Instant> decided;     // for the swap
  std::optional<Instant> completed;   // or when it ended otherwise; for a restore that was undone, when that was over
  std::optional<Instant> kept_until;  // the former data of the members; nothing: none is kept, or not ended

  // Of the preflight, fixed before anything is staged.
  bool served_before = false;                 // etcd answered
  std::optional<std::int64_t> live_revision;  // its head then
  std::int64_t target_revision = 0;           // of what is staged; 0: that of the backup
  std::optional<History> staged;              // what all members agreed on; since the decision
  std::string safety_backup;                  // name of the backup; empty: none yet, or none wanted
  bool safety_done = false;                   // also when there was nothing to back up

  // Why it goes back to what was, from aborting or returning on: one word and a sentence.
  std::string reason;
  std::string why;

  bool degraded = false;    // Completed or RolledBack, while a minority of the members is still to follow
  bool needs_help = false;  // it waits for a person; the message says for what
  std::string message;
  std::int64_t percent = 0;
  std::vector<MemberRecord> members;  // from staging on; in the order of their names
  bool operator==(const RestoreRecord&) const = default;
};

// The status.phase that users of KKP know, from step, outcome and launcher_missing:
//   EtcdLauncherNotEnabled  waiting, because the cluster has no launchers
//   Started                 waiting for its turn, preflight
//   Staging                 staging, safety: etcd serves, and cancelling costs nothing
//   StsRebuilding           stopping, swapping, proving, returning, and aborting once a member was told to stop: etcd
//                           is down or being replaced
//   Completed, Failed, RolledBack  ended
std::string_view phase_of(const RestoreRecord& record);

// Of `members`: how many of them can elect a leader and serve.
constexpr std::size_t quorum_of(std::size_t members) {
  return members / 2 + 1;
}

}  // namespace holdfast::control
