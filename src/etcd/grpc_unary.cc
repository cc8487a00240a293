#include "etcd/grpc_unary.h"

#include <memory>

#include "etcd/grpc_stream.h"

namespace holdfast::etcd {
namespace {

constexpr Duration kGrace = std::chrono::milliseconds(500);  // for gRPC to end a call by itself

// Everything gRPC may touch until the call has ended.
class UnaryCall {
 public:
  UnaryCall(grpc::GenericStub stub, const RpcCall& call, std::string_view request, Duration timeout)
      : stub_(std::move(stub)) {
    add_metadata(context_, call);
    context_.set_deadline(grpc_deadline(timeout));
    reader_ = stub_.PrepareUnaryCall(&context_, std::string(call.method), to_buffer(request), &queue_);
    reader_->StartCall();
    reader_->Finish(&answer_, &status_, this);
  }

  void cancel() { context_.TryCancel(); }

  // False when it has not ended by then.
  bool wait(Duration timeout) {
    void* tag = nullptr;
    bool ok = false;
    return queue_.AsyncNext(&tag, &ok, grpc_deadline(timeout)) != grpc::CompletionQueue::TIMEOUT;
  }

  const grpc::Status& status() const { return status_; }
  const grpc::ByteBuffer& answer() const { return answer_; }

 private:
  grpc::GenericStub stub_;  // keeps the channel
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  grpc::ByteBuffer answer_;
  grpc::Status status_;
};

enum class End {
  by_itself,
  cancelled,  // its own deadline did not work
  never,
};

End bring_to_end(UnaryCall& call, Duration timeout, const std::stop_token& stop) {
  const std::stop_callback cancel(stop, [&call] { call.cancel(); });
  if (call.wait(timeout + kGrace)) return End::by_itself;
  call.cancel();
  return call.wait(kGrace) ? End::cancelled : End::never;
}

}  // namespace

RpcStatus grpc_unary(grpc::GenericStub stub, const RpcCall& call, std::string_view request, std::string& reply,
                     Duration timeout, const std::stop_token& stop) {
  if (stop.stop_requested()) return {.code = RpcCode::cancelled, .message = "stopped", .stopped = true};
  auto under_way = std::make_unique<UnaryCall>(std::move(stub), call, request, timeout);
  RpcStatus result{.code = RpcCode::deadline_exceeded};
  const End end = bring_to_end(*under_way, timeout, stop);
  if (end == End::by_itself) {
    if (under_way->status().ok()) copy_to(under_way->answer(), reply);
    result = to_rpc_status(under_way->status());
  } else if (end == End::never) {
    static_cast<void>(under_way.release());  // gRPC will use all this if it ever wakes up, so it is given away
  }
  if (result.code == RpcCode::deadline_exceeded) result.message = "no answer within " + format_duration(timeout);
  result.stopped = !result.ok() && stop.stop_requested();
  return result;
}

}  // namespace holdfast::etcd
