// The Snapshot call over any RpcStream.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "etcd/checked_stream.h"
#include "etcd/rpc.h"

namespace holdfast::etcd {

constexpr std::string_view kSnapshotMethod = "/etcdserverpb.Maintenance/Snapshot";

// Sends the request on a stream opened for it. No message for `stall_timeout`, the first one included, is
// Code::timeout.
std::unique_ptr<SnapshotMessages> request_snapshot(std::unique_ptr<RpcStream> stream, Duration stall_timeout);

// The next message, valid until the one after it; nothing after the last message of a call that ended well.
Result<std::optional<ByteView>> next_message(RpcStream& stream, Duration stall_timeout);

}  // namespace holdfast::etcd
