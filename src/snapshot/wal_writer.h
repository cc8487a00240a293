// The write-ahead log of a freshly restored member: one segment with the member's identity, one configuration change
// per member of the cluster, and the place of the snapshot. Byte for byte what etcdutl 3.5 writes;
// docs/formats/etcd-data-dir.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/membership.h"

namespace holdfast::snapshot {

constexpr std::string_view kWalFileName = "0000000000000000-0000000000000000.wal";
constexpr std::uint64_t kWalSegmentSize = 64'000'000;  // bytes etcd preallocates, zero filled behind the records

// The records, without the zeros behind them. `member` is one of membership.members.
Bytes encode_wal(const Membership& membership, const MemberSpec& member);

// Makes <directory>/<kWalFileName>, mode 0600, preallocated and synced. The directory exists and holds no such file.
Status write_wal(os::FileSystem& files, const std::string& directory, const Membership& membership,
                 const MemberSpec& member);

}  // namespace holdfast::snapshot
