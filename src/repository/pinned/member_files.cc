#include "repository/pinned/member_files.h"

#include <algorithm>

namespace holdfast::repository {
namespace {

Result<snapshot::WalIdentity> read_owner(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto info, files.stat(path));  // opening a pipe would wait for its writer
  if (!info || info->kind != os::FileKind::file) return fail(Code::refused, "{} is no file", path);
  HF_ASSIGN(const auto segment, files.open(path, os::OpenMode::read));
  Bytes head(snapshot::kWalHeadSize);
  HF_ASSIGN(const std::size_t count, segment->read_at(0, head));
  auto owner = snapshot::read_wal_identity(ByteView(head).first(count));
  if (!owner) return in_context(std::move(owner).error(), "{}", path);
  return owner;
}

}  // namespace

Result<MemberFiles> find_member_files(os::FileSystem& files, const std::string& data_dir) {
  const std::string member = os::join_path(data_dir, "member");
  const std::string log = os::join_path(member, "wal");
  HF_ASSIGN(const std::vector<std::string> names, files.list(log));
  // Names begin with the number of the segment in hexadecimal: the last is the newest, which stays longest.
  const auto newest =
      std::find_if(names.rbegin(), names.rend(), [](const auto& name) { return name.ends_with(".wal"); });
  if (newest == names.rend()) return fail(Code::not_found, "there is no write-ahead log in {}", log);
  HF_ASSIGN(const snapshot::WalIdentity owner, read_owner(files, os::join_path(log, *newest)));
  return MemberFiles{.database = os::join_path(os::join_path(member, "snap"), "db"), .owner = owner};
}

}  // namespace holdfast::repository
