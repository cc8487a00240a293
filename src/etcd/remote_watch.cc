#include "etcd/convert.h"
#include "etcd/remote_client.h"
#include "etcd/rpc_error.h"

namespace holdfast::etcd {
namespace {

constexpr std::string_view kWatch = "/etcdserverpb.Watch/Watch";

// One watch on one member, until its end.
class WatchCall {
 public:
  WatchCall(const SessionMember& member, const Secret& token, const std::stop_token& stop)
      : endpoint_(member.endpoint.text), stream_(member.channel->open({kWatch, token, true}, stop)) {}

  Status run(const WatchRequest& request, const std::function<bool(const WatchBatch&)>& on_batch) {
    stream_->write(to_wire(request).SerializeAsString(), false);
    while (true) {
      ByteView message;
      const RpcStream::Outcome outcome = stream_->read(message, std::nullopt);
      if (outcome == RpcStream::Outcome::stopped) return fail(Code::cancelled, "watch stopped");
      if (outcome != RpcStream::Outcome::message) return ended();
      wire::WatchResponse reply;
      if (!reply.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
        return fail(Code::corrupt, "watch at {}: a message of {} bytes cannot be read", endpoint_, message.size());
      }
      if (reply.canceled() && reply.compact_revision() == 0) return refused(reply);
      started_ = true;
      const bool over = reply.canceled();
      if (!on_batch(from_wire(std::move(reply))) || over) return {};
    }
  }

  // Something was delivered: whoever watches has to decide where to go on.
  bool started() const { return started_; }

 private:
  Status ended() {
    RpcStatus status = stream_->finish();
    if (status.ok()) status = {RpcCode::unavailable, "the member ended the watch"};
    return in_context(to_error(status), "watch at {}", endpoint_);
  }

  // etcd says no inside a message, without a code.
  Status refused(const wire::WatchResponse& reply) {
    const std::string reason = reply.cancel_reason().empty() ? "watch refused" : reply.cancel_reason();
    return in_context(to_error({RpcCode::unknown, reason}), "watch at {}", endpoint_);
  }

  const std::string& endpoint_;
  std::unique_ptr<RpcStream> stream_;
  bool started_ = false;
};

}  // namespace

Status RemoteClient::watch(const WatchRequest& request, const std::function<bool(const WatchBatch&)>& on_batch,
                           const std::stop_token& stop) {
  Status last = fail(Code::internal, "watch was not tried");
  bool renewed_token = false;
  const auto members = session_->in_order_of_preference();
  for (std::size_t i = 0; i < members.size();) {
    HF_ASSIGN(const Secret token, session_->token());
    WatchCall call(*members[i], token, stop);
    last = call.run(request, on_batch);
    if (last || call.started()) return last;
    if (!renewed_token && session_->renew_token(last.error().message, token)) {
      renewed_token = true;
      continue;
    }
    if (!last.error().retryable) return last;
    ++i;
  }
  return last;
}

}  // namespace holdfast::etcd
