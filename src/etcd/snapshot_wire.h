// Reads one Snapshot reply by hand: fields 2 (remaining_bytes), 3 (blob) and 4 (version) of etcd's SnapshotResponse, in
// any order, others skipped. A generated parser would copy the blob once more.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "etcd/snapshot_check.h"

namespace holdfast::etcd {

// The result's views point into `bytes`. Code::corrupt when the bytes are no protobuf message.
Result<SnapshotMessage> parse_snapshot_message(ByteView bytes);

}  // namespace holdfast::etcd
