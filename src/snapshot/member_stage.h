// One member's data directory while it is being built.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "os/random.h"
#include "snapshot/membership.h"
#include "snapshot/staged_directory.h"

namespace holdfast::snapshot {

// One thread. Borrows the file system. The destructor removes everything that was not kept.
class MemberStage {
 public:
  // Makes the directories, with snap/ in it. Paths are plain; `wal_dir` empty: member/wal.
  static Result<std::unique_ptr<MemberStage>> create(os::FileSystem& files, os::Random& random,
                                                     const std::string& data_dir, const std::string& wal_dir);
  ~MemberStage();

  std::string database_path() const;
  std::vector<std::string> leftovers() const;

  // Writes .snap and WAL, and syncs them and all directories. The database is synced already.
  Status write_raft_files(const Membership& membership, const MemberSpec& member);

  // As in staged_directory.h, for the write-ahead log first when it has a directory of its own.
  Status publish();
  Status withdraw();
  void keep();

 private:
  explicit MemberStage(os::FileSystem& files) : files_(files) {}

  os::FileSystem& files_;
  std::unique_ptr<StagedDirectory> data_;
  std::unique_ptr<StagedDirectory> wal_;  // only for a wal_dir outside the data directory; goes first, as it came last
  std::string wal_inside_;                // otherwise: where in the data directory
};

}  // namespace holdfast::snapshot
