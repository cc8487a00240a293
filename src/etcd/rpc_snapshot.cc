#include "etcd/rpc_snapshot.h"

#include "etcd/rpc_error.h"
#include "etcd/snapshot_wire.h"

namespace holdfast::etcd {
namespace {

class RpcSnapshotMessages final : public SnapshotMessages {
 public:
  RpcSnapshotMessages(std::unique_ptr<RpcStream> stream, Duration stall_timeout)
      : stream_(std::move(stream)), stall_timeout_(stall_timeout) {}

  Result<bool> next(SnapshotMessage& message) override {
    HF_ASSIGN(const auto bytes, next_message(*stream_, stall_timeout_));
    if (!bytes) return false;
    HF_ASSIGN(message, parse_snapshot_message(*bytes));
    return true;
  }

 private:
  std::unique_ptr<RpcStream> stream_;
  Duration stall_timeout_;
};

}  // namespace

Result<std::optional<ByteView>> next_message(RpcStream& stream, Duration stall_timeout) {
  ByteView bytes;
  switch (stream.read(bytes, stall_timeout)) {
    case RpcStream::Outcome::message:
      return bytes;
    case RpcStream::Outcome::timeout:
      return fail(Code::timeout, "no bytes for {}", format_duration(stall_timeout));
    case RpcStream::Outcome::stopped:
      return fail(Code::cancelled, "stopped");
    case RpcStream::Outcome::end:
      break;
  }
  const RpcStatus status = stream.finish();
  if (!status.ok()) return tl::unexpected<Error>(to_error(status));
  return std::nullopt;
}

std::unique_ptr<SnapshotMessages> request_snapshot(std::unique_ptr<RpcStream> stream, Duration stall_timeout) {
  stream->write({}, true);
  return std::make_unique<RpcSnapshotMessages>(std::move(stream), stall_timeout);
}

}  // namespace holdfast::etcd
