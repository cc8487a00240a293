#include "etcd/rpc_snapshot.h"

#include "etcd/rpc_error.h"
#include "etcd/snapshot_wire.h"

namespace holdfast::etcd {
namespace {

class RpcSnapshotMessages final : public SnapshotMessages {
 public:
  RpcSnapshotMessages(std::unique_ptr<RpcChannel> channel, std::unique_ptr<RpcStream> stream, Duration stall_timeout)
      : channel_(std::move(channel)), stream_(std::move(stream)), stall_timeout_(stall_timeout) {}

  Result<bool> next(SnapshotMessage& message) override {
    ByteView bytes;
    switch (stream_->read(bytes, stall_timeout_)) {
      case RpcStream::Outcome::message: {
        HF_ASSIGN(message, parse_snapshot_message(bytes));
        return true;
      }
      case RpcStream::Outcome::timeout:
        return fail(Code::timeout, "no bytes for {}", format_duration(stall_timeout_));
      case RpcStream::Outcome::stopped:
        return fail(Code::cancelled, "stopped");
      case RpcStream::Outcome::end:
        break;
    }
    const RpcStatus status = stream_->finish();
    if (!status.ok()) return tl::unexpected<Error>(to_error(status));
    return false;
  }

 private:
  std::unique_ptr<RpcChannel> channel_;
  std::unique_ptr<RpcStream> stream_;
  Duration stall_timeout_;
};

}  // namespace

std::unique_ptr<SnapshotMessages> open_rpc_snapshot(std::unique_ptr<RpcChannel> channel, const Secret& token,
                                                    Duration stall_timeout, const std::stop_token& stop) {
  auto stream = channel->open({"/etcdserverpb.Maintenance/Snapshot", token}, stop);
  stream->write({}, true);
  return std::make_unique<RpcSnapshotMessages>(std::move(channel), std::move(stream), stall_timeout);
}

}  // namespace holdfast::etcd
