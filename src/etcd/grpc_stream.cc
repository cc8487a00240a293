#include "etcd/grpc_stream.h"

#include <optional>
#include <stop_token>

namespace holdfast::etcd {
namespace {

// One operation is under way at a time, on a completion queue of its own, so every wait is for the operation just
// begun.
class GrpcStream final : public RpcStream {
 public:
  GrpcStream(grpc::GenericStub stub, const RpcCall& call, const std::stop_token& stop)
      : stub_(std::move(stub)), stop_(stop), cancel_on_stop_(stop, Cancel{context_}) {
    add_metadata(context_, call);
    call_ = stub_.PrepareCall(&context_, std::string(call.method), &queue_);
    call_->StartCall(this);
    wait();
  }

  ~GrpcStream() override {
    if (!finished_) {
      context_.TryCancel();
      finish();
    }
    queue_.Shutdown();
    wait();
  }

  bool write(std::string_view message, bool last) override {
    grpc::WriteOptions options;
    if (last) options.set_last_message();
    call_->Write(to_buffer(message), options, this);
    return wait();
  }

  Outcome read(ByteView& message, std::optional<Duration> timeout) override {
    call_->Read(&incoming_, this);
    bool ok = false;
    if (!wait_for(timeout, ok)) return Outcome::timeout;
    if (!ok) return stop_.stop_requested() ? Outcome::stopped : Outcome::end;
    message = contiguous();
    return Outcome::message;
  }

  RpcStatus finish() override {
    grpc::Status status;
    call_->Finish(&status, this);
    wait();
    finished_ = true;
    return to_rpc_status(status);
  }

 private:
  struct Cancel {
    grpc::ClientContext& context;
    void operator()() const { context.TryCancel(); }
  };

  bool wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  // False when the time was up; the call is cancelled then, which ends the operation.
  bool wait_for(std::optional<Duration> timeout, bool& ok) {
    void* tag = nullptr;
    if (!timeout) {
      queue_.Next(&tag, &ok);
      return true;
    }
    if (queue_.AsyncNext(&tag, &ok, grpc_deadline(*timeout)) == grpc::CompletionQueue::GOT_EVENT) return true;
    context_.TryCancel();
    wait();
    return false;
  }

  ByteView contiguous() {
    if (incoming_.TrySingleSlice(&slice_).ok()) return {slice_.begin(), slice_.size()};
    copy_to(incoming_, scratch_);
    return scratch_;
  }

  grpc::GenericStub stub_;  // keeps the channel
  std::stop_token stop_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer incoming_;
  grpc::Slice slice_;
  Bytes scratch_;
  bool finished_ = false;
  std::stop_callback<Cancel> cancel_on_stop_;  // last: goes first, before what it refers to
};

}  // namespace

std::unique_ptr<RpcStream> open_grpc_stream(grpc::GenericStub stub, const RpcCall& call, const std::stop_token& stop) {
  return std::make_unique<GrpcStream>(std::move(stub), call, stop);
}

void add_metadata(grpc::ClientContext& context, const RpcCall& call) {
  if (!call.token.empty()) context.AddMetadata("token", std::string(call.token.reveal()));
  if (call.needs_leader) context.AddMetadata("hasleader", "true");
}

gpr_timespec grpc_deadline(Duration from_now) {
  return gpr_time_from_nanos(from_now.count(), GPR_TIMESPAN);
}

grpc::ByteBuffer to_buffer(std::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return {&slice, 1};
}

}  // namespace holdfast::etcd
