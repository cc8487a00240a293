// What a restore would take back: how a snapshot differs from a cluster as it is now, or from a later snapshot. Plain
// values, small whatever the sizes of both; values of keys are nowhere in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snapshot/keys/key_listing.h"

namespace holdfast::snapshot {

// From the present to the backup.
struct ChangeCounts {
  std::uint64_t vanishing = 0;  // only in the present: a restore takes them away
  std::uint64_t returning = 0;  // only in the backup: it brings them back
  std::uint64_t reverting = 0;  // in both, and not the same: it puts them back as they were

  std::uint64_t total() const { return vanishing + returning + reverting; }
  ChangeCounts& operator+=(const ChangeCounts& other) {
    vanishing += other.vanishing;
    returning += other.returning;
    reverting += other.reverting;
    return *this;
  }
};

// What did not fit into a list.
struct OtherGroups {
  std::uint64_t groups = 0;
  ChangeCounts counts;
};

struct NamedCounts {
  std::string name;  // printable: other bytes as \xNN, cut after 300
  ChangeCounts counts;
};

struct CountsByName {
  std::vector<NamedCounts> largest;  // the most changes first
  OtherGroups others;
};

struct NameList {
  std::vector<std::string> first;  // "namespace/name" or "name", in order; printable as above
  std::uint64_t others = 0;
};

// Objects of one kind.
struct ObjectChanges {
  std::string resource;  // as kubectl takes it: "deployments.apps"
  ChangeCounts counts;
  CountsByName namespaces;  // of objects that are in one
  NameList vanishing;
  NameList returning;
  NameList reverting;
};

// Is the present what became of the backup?
enum class History {
  same,     // no key says otherwise, and some key is the same
  other,    // some key says that it is not
  unknown,  // no key is the same, none says otherwise
};

struct KeyDifference {
  History history = History::unknown;
  std::uint64_t contradictions = 0;  // keys that cannot be as they are if the later one came from the earlier one
  std::uint64_t unchanged = 0;
  ChangeCounts counts;                 // all keys
  CountsByName prefixes;               // all keys, by the first two segments; those of Kubernetes by its root
  std::vector<ObjectChanges> objects;  // the most changes first
  OtherGroups other_objects;           // of kinds that did not fit
};

struct LeaseDifference {
  std::uint64_t vanishing = 0;
  std::uint64_t returning = 0;  // with their full time to live
  std::uint64_t kept = 0;
};

struct MemberDifference {
  std::vector<ListedMember> joined;  // members now, and not in the backup
  std::vector<ListedMember> left;    // in the backup, and no members now
};

// Both ascending, each id once.
LeaseDifference compare_leases(const std::vector<std::int64_t>& backup, const std::vector<std::int64_t>& present);
// By id.
MemberDifference compare_members(const std::vector<ListedMember>& backup, const std::vector<ListedMember>& present);

}  // namespace holdfast::snapshot
