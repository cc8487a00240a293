// Everything the decision about one restore looks at, as it was at one moment. Parts may be older than others: what
// must not be believed when it is old is guarded by numbers (orders.h), not by times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/instant.h"
#include "control/restore/record.h"

namespace holdfast::control {

struct RevisionBump {
  enum class Kind { automatic, off, by };
  Kind kind = Kind::automatic;
  std::int64_t by = 0;  // added to the revision of the backup
  bool operator==(const RevisionBump&) const = default;
};

struct RestoreSpec {
  RevisionBump bump;
  bool safety_backup = true;
  bool dry_run = false;
  bool cancel = false;
  bool undo = false;
  Seconds grace{86400};  // how long the former data is kept
  bool operator==(const RestoreSpec&) const = default;
};

struct Finding {
  enum class Level { note, warning, error };
  Level level = Level::note;
  std::string reason;  // one word
  std::string message;
  bool operator==(const Finding&) const = default;
};

// Work that the server does itself for the restore.
struct Work {
  enum class State { open, done, failed };
  State state = State::open;
  Instant moved;        // when it last made progress
  std::string message;  // why it failed
  bool operator==(const Work&) const = default;
};

// What the reading of the backup brought out.
struct Preflight {
  Work work;
  std::vector<Finding> findings;
  std::int64_t backup_revision = 0;
  std::uint64_t needed_bytes = 0;  // on each member, beside its data
  std::string backup_version;      // of etcd; may be empty
};

// The launcher of a member, as it last described itself.
struct MemberView {
  std::string name;
  std::string launcher;
  std::string host;
  std::string version;                 // of its etcd
  std::optional<Instant> heard;        // by the server's clock; nothing: never
  std::optional<Seconds> clock_ahead;  // of its clock before the server's; negative: behind
  std::optional<std::uint64_t> free_bytes;
  std::int64_t starts = 0;  // how often it has started etcd, ever
};

// The Operation of an order of this restore.
struct OrderView {
  std::string member;
  std::int64_t number = 0;
  Work work;
  bool cancelled = false;      // it is asked to be
  bool started_again = false;  // why it failed: a swap of a member whose etcd runs again
  std::int64_t percent = 0;
  // What it reports when it is done.
  std::optional<History> history;  // stage; start
  std::optional<Stopped> stopped;  // stop
};

// The mark on the Cluster: who restores it, and what its pause was before. At most one restore holds a cluster.
struct ClusterHold {
  std::string holder;  // name of the restore; empty: nobody
};

struct OtherRestore {
  std::string name;
  Instant created;
  bool ended = false;
  bool active = false;             // works on the members: from staging on, until it ended
  std::optional<Instant> swapped;  // when its data came into place
};

struct RestoreLimits {
  Seconds silent{60};      // without a heartbeat: the launcher is away
  Seconds fresh{15};       // heartbeats of all members when it is decided; below half the 30 s of a launcher alone
  Seconds stall{600};      // without progress while the cluster serves
  Seconds stop{60};        // for a stop: the cluster is down
  Seconds prove{300};      // without progress after the decision
  Seconds pause{10};       // before an order is given again
  std::int64_t tries = 3;  // of one order after the decision, before its member counts as failed
  Seconds clock{10};       // a clock that is further off is worth a warning
};

struct RestoreView {
  std::string name;
  std::string name_space;
  std::string cluster;
  Instant created;
  RestoreSpec spec;
  RestoreRecord record;
  bool going = false;          // its deletion was asked for
  bool has_finalizer = false;  // ours

  bool cluster_exists = true;
  bool launchers_enabled = true;  // spec.features.etcdLauncher
  ClusterHold hold;
  std::vector<std::string> etcd_members;  // of the live cluster; empty: not known
  bool etcd_serves = false;
  std::optional<std::int64_t> live_revision;
  std::string live_cluster_id;  // empty: not known

  std::vector<MemberView> members;  // every launcher of the cluster
  std::vector<OrderView> orders;    // of this restore
  std::optional<Preflight> preflight;
  std::optional<Work> safety;
  std::string safety_name;           // of the backup that came out of it
  std::vector<OtherRestore> others;  // of the same cluster

  // Since when this server has been watching without a gap: its start, or the last jump of its clock. Nobody is
  // counted as silent or stalled for what happened before.
  Instant awake_since;
  RestoreLimits limits;
};

}  // namespace holdfast::control
