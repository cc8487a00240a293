#include "launcher/member/former.h"

#include <map>
#include <utility>

#include "launcher/member/member_disk.h"

namespace holdfast::launcher {
namespace {

// Links are not followed: what they lead to does not go with the directory.
Result<std::uint64_t> size_of(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info || info->is_link) return 0;
  if (info->kind != os::FileKind::directory) return info->size;
  HF_ASSIGN(const auto names, files.list(path));
  std::uint64_t sum = 0;
  for (const std::string& name : names) {
    HF_ASSIGN(const std::uint64_t size, size_of(files, os::join_path(path, name)));
    sum += size;
  }
  return sum;
}

}  // namespace

Result<std::vector<FormerDirectory>> former_directories(os::FileSystem& files, const Place& place) {
  HF_ASSIGN(const MemberDisk disk, observe(files, place, {}));
  std::vector<FormerDirectory> former;
  for (const StoredDirectory& one : disk.others) {
    if (one.kind != Kind::before && one.kind != Kind::undone) continue;
    FormerDirectory directory{
        .kind = one.kind, .id = one.id, .path = disk.layout.path(disk.layout.name(one.kind, one.id))};
    HF_ASSIGN(const auto info, files.stat(directory.path));
    if (!info) continue;
    directory.since = info->changed;
    HF_ASSIGN(directory.size, size_of(files, directory.path));
    former.push_back(std::move(directory));
  }
  return former;
}

std::vector<std::string> restores_to_forget(const std::vector<FormerDirectory>& former, WallTime now,
                                            std::chrono::nanoseconds grace) {
  std::map<std::string, bool> may_go;
  for (const FormerDirectory& one : former) {
    const bool old = one.since <= now && now - one.since >= grace;
    const auto [entry, is_new] = may_go.try_emplace(one.id, old);
    entry->second = entry->second && old;
  }
  std::vector<std::string> ids;
  for (const auto& [id, goes] : may_go) {
    if (goes) ids.push_back(id);
  }
  return ids;
}

}  // namespace holdfast::launcher
