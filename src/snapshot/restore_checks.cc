#include "snapshot/restore_checks.h"

#include <map>

#include "base/units.h"
#include "snapshot/plain_path.h"
#include "snapshot/wal_writer.h"

namespace holdfast::snapshot {
namespace {

// Room on each file system beyond the files themselves: pages the edit adds, .snap, directories, the file system's own
// tables.
constexpr std::uint64_t kSpaceMargin = 16 * kMiB;

Status check_revision_options(const RestoreOptions& options) {
  if (options.bump_revision > 0 && !options.mark_compacted) {
    return fail(Code::usage, "the revision cannot be raised without marking it compacted: give both, or neither");
  }
  if (options.mark_compacted && options.bump_revision == 0) {
    return fail(Code::usage, "a revision cannot be marked compacted without raising it: give both, or neither");
  }
  return {};
}

// Two directories must not be, or lie in, each other. A write-ahead log may lie in its own data directory.
class DirectoryCheck {
 public:
  Status add(const std::string& directory) {
    for (const std::string& other : seen_) {
      if (directory == other || !path_inside(directory, other).empty() || !path_inside(other, directory).empty()) {
        return fail(Code::usage, "{} and {} are the same directory or lie in each other", other, directory);
      }
    }
    seen_.push_back(directory);
    return {};
  }

 private:
  std::vector<std::string> seen_;
};

Result<PlannedTarget> plan_target(const RestoreTarget& target, const Membership& membership) {
  PlannedTarget planned;
  planned.member = membership.find(target.name);
  if (planned.member == nullptr) {
    return with_hint(fail(Code::usage, "the initial cluster has no member named {}", target.name),
                     "name a member that --initial-cluster lists");
  }
  if (target.data_dir.empty()) return fail(Code::usage, "member {} has no data directory", target.name);
  planned.data_dir = plain_path(target.data_dir);
  if (!target.wal_dir.empty()) planned.wal_dir = plain_path(target.wal_dir);
  return planned;
}

struct Need {
  std::uint64_t bytes = 0;
  std::string path;  // one that is on the file system, for the message
};

Result<os::FileInfo> nearest_existing(os::FileSystem& files, std::string path) {
  while (true) {
    HF_ASSIGN(const auto info, files.stat(path));
    if (info) return *info;
    const std::string parent = os::parent_path(path);
    if (parent == path) return fail(Code::not_found, "{} does not exist", path);
    path = parent;
  }
}

Status add_need(os::FileSystem& files, std::map<std::uint64_t, Need>& needs, const std::string& path,
                std::uint64_t bytes) {
  HF_ASSIGN(const os::FileInfo info, nearest_existing(files, path));
  Need& need = needs[info.device];
  need.bytes += bytes;
  need.path = path;
  return {};
}

}  // namespace

Result<std::vector<PlannedTarget>> plan_targets(const RestoreInput& input, const RestoreOptions& options) {
  if ((input.file == nullptr) == (input.stream == nullptr)) {
    return fail(Code::internal, "a restore needs a file or a stream, and not both");
  }
  HF_TRY(check_revision_options(options));
  if (options.targets.empty()) return fail(Code::usage, "there is no directory to restore into");
  std::vector<PlannedTarget> planned;
  DirectoryCheck directories;
  for (const RestoreTarget& target : options.targets) {
    HF_ASSIGN(PlannedTarget next, plan_target(target, options.membership));
    for (const PlannedTarget& other : planned) {
      if (other.member == next.member) return fail(Code::usage, "member {} is to be restored twice", target.name);
    }
    HF_TRY(directories.add(next.data_dir));
    const bool own_wal = !next.wal_dir.empty() && path_inside(next.data_dir, next.wal_dir).empty();
    if (own_wal) HF_TRY(directories.add(next.wal_dir));
    planned.push_back(std::move(next));
  }
  return planned;
}

Status check_space(os::FileSystem& files, const std::vector<PlannedTarget>& targets, std::uint64_t database_size) {
  std::map<std::uint64_t, Need> needs;  // by device
  for (const PlannedTarget& target : targets) {
    HF_TRY(add_need(files, needs, target.data_dir, database_size));
    HF_TRY(add_need(files, needs, target.wal_dir.empty() ? target.data_dir : target.wal_dir, kWalSegmentSize));
  }
  for (const auto& [device, need] : needs) {
    const std::uint64_t needed = need.bytes + kSpaceMargin;
    HF_ASSIGN(const std::uint64_t available, files.free_bytes(need.path));
    if (available < needed) {
      return with_hint(fail(Code::no_space, "the restore needs {} ({} bytes) for {}, but only {} ({} bytes) are free",
                            format_bytes(needed), needed, need.path, format_bytes(available), available),
                       "free some space there or choose another place");
    }
  }
  return {};
}

}  // namespace holdfast::snapshot
