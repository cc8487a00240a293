// What to do next with the directories of a member, so that in the end they are as wanted. A pure function of what lies
// there: whoever died on the way just asks again, for the same thing or for the opposite.
#pragma once

#include <cstdint>
#include <string>

#include "launcher/member/journal.h"
#include "launcher/member/member_disk.h"

namespace holdfast::launcher {

enum class Goal {
  staged,     // the restore's directory is built and proven, beside what runs
  swapped,    // it is what runs; what ran before is kept
  returned,   // what ran before runs again; what the restore brought is kept
  forgotten,  // of this restore there is nothing beside what runs
};

// What a staged directory must have been made of, to be taken for the one that is wanted.
struct StageKey {
  std::string source_sha256;  // of the database; empty: not known, so that nothing that lies there will do
  std::uint64_t cluster_id = 0;
  std::uint64_t member_id = 0;
  std::uint64_t revision_bump = 0;
  bool operator==(const StageKey&) const = default;
};
StageKey key_of(const StagedFacts& facts);

struct Wanted {
  Goal goal = Goal::staged;
  std::string id;
  StageKey key;  // for Goal::staged
};

enum class StepKind {
  write_journal,  // `journal`, atomically, synced with the directory
  rename,         // `from` to `to`, which is not there; the directory is synced
  remove_empty,   // `from`, an empty directory; the directory above is synced
  remove_tree,    // `from`, whatever is in it; the directory above is synced
  clear_journal,  // removed, the directory is synced
  build,          // stage() builds `to`
  done,           // it is as wanted
  refuse,         // it cannot become as wanted, or not without losing something; `reason` and `hint` say why
};

// Names are those in the root of the layout.
struct Step {
  StepKind kind = StepKind::refuse;
  Journal journal{};
  std::string from{};
  std::string to{};
  std::string reason{};
  std::string hint{};
};

// Every step can be repeated, and each leaves a state from which the way goes on. Never in two places at once, and
// never lost: what ran before is renamed, and is removed (by way of Kind::removing) only for Goal::forgotten, when a
// directory that a restore proved runs in its place. Half-built and half-removed directories of other restores go for
// Goal::staged only: one staging at a time. Refused while etcd holds the database (held) whenever what runs
// would have to move, and while the swap of another restore is half done.
Step next_step(const MemberDisk& disk, const Wanted& wanted);

}  // namespace holdfast::launcher
