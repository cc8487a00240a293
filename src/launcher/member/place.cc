#include "launcher/member/place.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "snapshot/plain_path.h"

namespace holdfast::launcher {
namespace {

constexpr std::size_t kLongestId = 63;
constexpr std::array<std::string_view, 5> kKindNames{"building", "staged", "before", "undone", "removing"};
constexpr std::string_view kMember = "member";

Status check_wal(const Place& place, const std::string& data_dir) {
  if (place.wal_dir.empty()) return {};
  const std::string usual = os::join_path(data_dir, "member/wal");
  if (snapshot::plain_path(place.wal_dir) == usual) return {};
  return with_hint(
      fail(Code::unsupported,
           "the write-ahead log of this etcd is kept in {}, outside its data directory {}: a restore in "
           "place cannot swap two directories at once",
           place.wal_dir, data_dir),
      fmt::format("stop etcd, move the log to {}, start etcd without --wal-dir, then restore; a link there "
                  "to another disk will do",
                  usual));
}

}  // namespace

bool is_restore_id(std::string_view id) {
  if (id.empty() || id.size() > kLongestId) return false;
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string_view kind_name(Kind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind));
}

std::string Layout::name(Kind kind, std::string_view id) const {
  return fmt::format("{}.{}-{}", base, kind_name(kind), id);
}

std::string Layout::journal_name() const {
  return base + ".journal";
}

std::string Layout::path(std::string_view name) const {
  return os::join_path(root, name);
}

std::string Layout::database(const std::string& directory) const {
  return os::join_path(directory, inside ? "snap/db" : "member/snap/db");
}

std::string Layout::staged_file(const std::string& directory) const {
  return os::join_path(directory, "staged.json");
}

Result<Layout> find_layout(os::FileSystem& files, const Place& place) {
  if (!place.data_dir.starts_with('/'))
    return fail(Code::usage, "the data directory \"{}\" is not an absolute path", place.data_dir);
  const std::string data_dir = snapshot::plain_path(place.data_dir);
  const std::string base = os::file_name(data_dir);
  if (base.empty() || base == "." || base == "..")
    return fail(Code::usage, "{} cannot be the data directory of a member that is restored in place", place.data_dir);
  HF_TRY(check_wal(place, data_dir));
  HF_ASSIGN(const auto info, files.stat(data_dir));
  if (info && info->is_link && info->kind == os::FileKind::other)
    return fail(Code::not_found, "the data directory {} is a link that leads to no directory", data_dir);
  if (info && info->kind != os::FileKind::directory)
    return fail(Code::exists, "{} is there and is not a directory", data_dir);
  bool fixed = info && info->is_link;
  if (info && !fixed) {
    HF_ASSIGN(fixed, files.is_mount_point(data_dir));
  }
  if (fixed) return Layout{.root = data_dir, .base = std::string(kMember), .inside = true};
  return Layout{.root = os::parent_path(data_dir), .base = base, .inside = false};
}

}  // namespace holdfast::launcher
