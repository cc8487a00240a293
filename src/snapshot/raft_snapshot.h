// The .snap file of a restored member: the membership as etcd 3.5's old store ("v2") holds it, at raft index n, term 1.
// The same for all members of a cluster, and byte for byte what etcdutl 3.5 writes. etcd 3.4 to 3.7 read it.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/membership.h"

namespace holdfast::snapshot {

// "0000000000000001-0000000000000003.snap": term and index.
std::string raft_snapshot_name(const Membership& membership);

Bytes encode_raft_snapshot(const Membership& membership);

// Makes <directory>/<name>, mode 0600, synced. The directory exists and holds no such file.
Status write_raft_snapshot(os::FileSystem& files, const std::string& directory, const Membership& membership);

}  // namespace holdfast::snapshot
