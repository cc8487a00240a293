// The Snapshot call over any RpcChannel.
#pragma once

#include <memory>

#include "etcd/checked_stream.h"
#include "etcd/rpc.h"

namespace holdfast::etcd {

// Starts the call on a channel made for it. No bytes for `stall_timeout`, also before the first message, is
// Code::timeout.
std::unique_ptr<SnapshotMessages> open_rpc_snapshot(std::unique_ptr<RpcChannel> channel, const Secret& token,
                                                    Duration stall_timeout, const std::stop_token& stop);

}  // namespace holdfast::etcd
