// Builds the data directory that a restore will swap in, beside the one etcd runs on, and proves it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "launcher/member/place.h"
#include "launcher/member/proof.h"
#include "launcher/member/staged_facts.h"

#include "base/result.h"
#include "base/stream.h"
#include "os/file_system.h"
#include "os/random.h"
#include "snapshot/membership.h"

namespace holdfast::launcher {

struct StageRequest {
  std::string id;  // of the restore
  snapshot::Membership membership;
  std::string member_name;          // which of its members this is
  std::uint64_t revision_bump = 0;  // added to the latest revision, everything below marked compacted; 0: as it is
  bool clear_alarms = false;
  std::string target_version;  // "3.5": warn about what that etcd does not accept; empty: unknown
  SourceFacts source;
  // Gives the plain snapshot, database and trailer, from its beginning. Called once, and only when there is something
  // to build. Owned by stage() until it returns.
  std::function<Result<std::unique_ptr<ByteSource>>()> open_source;
  // Bytes built so far, and in all (0 when unknown); `done` stays where it is while the result is proven. Called on the
  // thread of stage(); may be empty.
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress;
  std::stop_token stop;
};

struct StageReport {
  StagedFacts facts;
  bool kept = false;                  // it lay there already, proven, made of the same source for the same member
  std::vector<std::string> warnings;  // of the restore (restore.h); none when it was kept
};

// Code::no_space, with the numbers, when a database of `database_size` bytes finds no room beside the data directory.
// stage() asks by itself; this is for a preflight.
Status check_room(os::FileSystem& files, const Layout& layout, std::uint64_t database_size);

// Afterwards DATA.staged-ID is there, complete, proven (proof.h), with its staged.json, on the disk for good; owned by
// whom DATA belongs to. What an interrupted staging left is removed first, and so is one of this restore that is made
// of another source, or not proven. What runs is not touched, and after an error nothing
// is left beside it, unless only the last sync failed: then it is there, and the next call syncs and keeps it. Errors:
// those of restore() and prove_member(); Code::refused when this restore was swapped in already; Code::usage for a
// member that is not in the membership.
Result<StageReport> stage(os::FileSystem& files, os::Random& random, const Place& place, const StageRequest& request);

}  // namespace holdfast::launcher
