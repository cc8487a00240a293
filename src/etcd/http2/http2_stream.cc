#include "etcd/http2/http2_stream.h"

#include "etcd/http2/connection.h"
#include "etcd/http2/session.h"
#include "etcd/http2/waiter.h"

namespace holdfast::etcd::http2 {
namespace {

// Taken from the kernel at a time: large enough for few system calls, small enough to stay in the second-level cache.
constexpr std::size_t kReceiveBuffer = 256 * kKiB;

class Http2Stream final : public RpcStream {
 public:
  Http2Stream(Duration dial_timeout, std::int32_t window)
      : dial_timeout_(dial_timeout), buffer_(kReceiveBuffer), session_(window > 0 ? window : Session::kWindow) {}

  void open(const Endpoint& endpoint, const TlsMaterial& tls, const RpcCall& call, os::Clock& clock,
            const std::stop_token& stop) {
    endpoint_ = endpoint;
    const Status status = try_open(endpoint, tls, call, clock, stop);
    if (status) return;
    failure_ = status.error();
    if (failure_->code == Code::timeout) failure_->message = "no connection within " + format_duration(dial_timeout_);
    if (failure_->code == Code::timeout) failure_->code = Code::unavailable;
  }

  bool write(std::string_view message, bool last) override {
    if (failure_) return false;
    session_.send(message, last);
    waiter_->limit(dial_timeout_);
    return remember(flush()) && !session_.closed();
  }

  Outcome read(ByteView& message, std::optional<Duration> timeout) override {
    if (waiter_) waiter_->limit(timeout);
    while (!failure_) {
      const auto taken = session_.take_message();
      if (!remember(taken)) break;
      if (*taken) {
        message = **taken;
        return Outcome::message;
      }
      if (session_.closed()) return Outcome::end;
      remember(exchange());
    }
    if (failure_->code == Code::cancelled) return Outcome::stopped;
    return failure_->code == Code::timeout ? Outcome::timeout : Outcome::end;
  }

  RpcStatus finish() override {
    if (failure_) return {code_of(*failure_), failure_->message, connection_ != nullptr};
    if (session_.closed()) return session_.result();
    return {RpcCode::cancelled, "given up"};
  }

  bool next(const RpcCall& call) override {
    if (failure_ || !session_.closed() || !session_.result().ok()) return false;
    waiter_->limit(dial_timeout_);
    return remember(session_.request(endpoint_, call)) && remember(flush());
  }

 private:
  Status try_open(const Endpoint& endpoint, const TlsMaterial& tls, const RpcCall& call, os::Clock& clock,
                  const std::stop_token& stop) {
    HF_ASSIGN(waiter_, Waiter::make(clock, stop));
    waiter_->limit(dial_timeout_);
    HF_ASSIGN(connection_, connect(endpoint, tls, *waiter_));
    HF_TRY(session_.request(endpoint, call));
    return flush();
  }

  Status flush() {
    while (true) {
      HF_ASSIGN(const ByteView bytes, session_.pending_output());
      if (bytes.empty()) return {};
      HF_TRY(connection_->write(bytes, *waiter_));
    }
  }

  // Answers what has to be answered, then waits for bytes and digests them.
  Status exchange() {
    HF_TRY(waiter_->check());
    HF_TRY(flush());
    HF_ASSIGN(const std::size_t count, connection_->read(buffer_, *waiter_));
    if (count == 0) return fail(Code::unavailable, "the member closed the connection");
    return session_.receive(ByteView(buffer_).first(count));
  }

  template <class T>
  bool remember(const Result<T>& result) {
    if (!result) failure_ = result.error();
    return result.has_value();
  }

  static RpcCode code_of(const Error& error) {
    switch (error.code) {
      case Code::timeout:
        return RpcCode::deadline_exceeded;
      case Code::cancelled:
        return RpcCode::cancelled;
      case Code::refused:
        return RpcCode::permission_denied;
      case Code::usage:
        return RpcCode::invalid_argument;
      case Code::unsupported:
        return RpcCode::unimplemented;
      case Code::corrupt:
        return RpcCode::data_loss;
      default:
        return RpcCode::unavailable;
    }
  }

  Duration dial_timeout_;
  Endpoint endpoint_;
  Bytes buffer_;
  std::unique_ptr<Waiter> waiter_;
  std::unique_ptr<Connection> connection_;
  Session session_;
  std::optional<Error> failure_;  // of the connection; the call itself may fail without
};

}  // namespace

std::unique_ptr<RpcStream> open_stream(const Endpoint& endpoint, const TlsMaterial& tls, Duration dial_timeout,
                                       const RpcCall& call, os::Clock& clock, const std::stop_token& stop) {
  auto stream = std::make_unique<Http2Stream>(dial_timeout, call.window);
  stream->open(endpoint, tls, call, clock, stop);
  return stream;
}

}  // namespace holdfast::etcd::http2
