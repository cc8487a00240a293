// What lies on the disk of one member: found by looking, never remembered.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launcher/member/journal.h"
#include "launcher/member/place.h"
#include "launcher/member/staged_facts.h"

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// Does a process have this database file open? Asked only when the file is there.
using HeldCheck = std::function<Result<bool>(const std::string& database)>;
// etcd holds a lock (flock) on its database as long as it runs. Not to be asked while etcd is being started.
HeldCheck held_by_lock(os::FileSystem& files);

enum class Live {
  absent,
  empty,  // a directory without anything in it
  there,
};

enum class JournalState { none, readable, damaged };

struct StoredDirectory {
  Kind kind = Kind::building;
  std::string id;
  // What it says it is, when that can be read and names the same restore; for Kind::staged also only when the database
  // has the size it had when it was proven. For Kind::before: of the restore that made it, whichever that was.
  std::optional<StagedFacts> facts;
};

struct MemberDisk {
  Layout layout;
  Live live = Live::absent;
  std::optional<StagedFacts> live_facts;  // when what runs was made by a restore
  std::vector<StoredDirectory> others;    // ascending by kind and id
  JournalState journal_state = JournalState::none;
  Journal journal;                     // when it is readable
  std::vector<std::string> leftovers;  // names of temporary files of a journal that was never finished
  std::uint64_t free_bytes = 0;        // that can still be written there
  bool held = false;                   // somebody has the live database open: etcd runs

  const StoredDirectory* find(Kind kind, std::string_view id) const;
};

// Errors of find_layout() and of the file system; Code::unsupported: the journal of a newer version. Nothing is
// changed. Without `held` nobody holds anything.
Result<MemberDisk> observe(os::FileSystem& files, const Place& place, const HeldCheck& held);

}  // namespace holdfast::launcher
