// The files of an etcd member, in its data directory on this host. Private to repository/.
#pragma once

#include <string>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/wal_identity.h"

namespace holdfast::repository {

struct MemberFiles {
  std::string database;  // path of the db file, which may not be there
  snapshot::WalIdentity owner;
};

// `data_dir` is what etcd was given as --data-dir. Reads the head of the newest segment of the log. Code::not_found
// when there is none (a member with --wal-dir is not known by its data directory), Code::refused without the right to
// read or when it is no file, Code::corrupt for a log that does not say whose it is.
Result<MemberFiles> find_member_files(os::FileSystem& files, const std::string& data_dir);

}  // namespace holdfast::repository
