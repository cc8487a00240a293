#include "cli/restore_directories.h"

#include <algorithm>
#include <string_view>

#include "os/canonical_path.h"
#include "os/file_system.h"

namespace holdfast::cli {
namespace {

using snapshot::RestoreTarget;

// What leads from one to the other; empty when `path` is not inside.
std::string inside(const std::string& directory, const std::string& path) {
  const std::string prefix = directory.ends_with('/') ? directory : directory + "/";
  return path.starts_with(prefix) ? path.substr(prefix.size()) : "";
}

bool goes_up(std::string_view path) {
  const std::string padded = "/" + std::string(path) + "/";
  return padded.find("/../") != std::string::npos;
}

Status check_apart(const std::string& directory, const std::vector<std::string>& others) {
  for (const std::string& other : others) {
    if (directory != other && inside(directory, other).empty() && inside(other, directory).empty()) continue;
    return with_hint(fail(Code::usage, "{} and {} are the same directory or lie in each other", other, directory),
                     "give every member and every write-ahead log a directory of its own");
  }
  return {};
}

// `path` from the data directory. etcd looks for its database in member/snap, and for nothing else there.
Status check_place_of_wal(const std::string& path, const std::string& wal_dir) {
  const bool among_snapshots = path == "member/snap" || path.starts_with("member/snap/");
  if (path != "member" && !among_snapshots) return {};
  return with_hint(fail(Code::usage, "--wal-dir {} is where the data directory keeps other files", wal_dir),
                   "leave --wal-dir out: the write-ahead log is then in member/wal");
}

Status settle(RestoreTarget& target, std::vector<std::string>& taken) {
  HF_ASSIGN(const std::string data, os::canonical_path(target.data_dir));
  if (goes_up(target.data_dir)) target.data_dir = data;
  HF_TRY(check_apart(data, taken));
  if (!target.wal_dir.empty()) {
    HF_ASSIGN(const std::string wal, os::canonical_path(target.wal_dir));
    const std::string path = inside(data, wal);
    HF_TRY(check_place_of_wal(path, target.wal_dir));
    if (!path.empty()) {
      target.wal_dir = os::join_path(target.data_dir, path);
    } else {
      if (goes_up(target.wal_dir)) target.wal_dir = wal;
      HF_TRY(check_apart(wal, {data}));
      HF_TRY(check_apart(wal, taken));
      taken.push_back(wal);
    }
  }
  taken.push_back(data);
  return {};
}

}  // namespace

Status settle_directories(std::vector<RestoreTarget>& targets) {
  std::vector<std::string> taken;
  for (RestoreTarget& target : targets) {
    if (target.data_dir.empty()) continue;  // refused later, with the member's name
    HF_TRY(settle(target, taken));
  }
  return {};
}

}  // namespace holdfast::cli
