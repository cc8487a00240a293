// Remote calls as bytes in and bytes out: the seam between what we ask of etcd and the library that carries it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/units.h"

namespace holdfast::etcd {

// Numbered as gRPC numbers them on the wire.
enum class RpcCode : int {
  ok = 0,
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

// How a call ended.
struct RpcStatus {
  RpcCode code = RpcCode::ok;
  std::string message;
  bool sent = true;      // false: the request certainly never reached the server, so it may go elsewhere
  bool stopped = false;  // it was given up on request, whatever the code says

  bool ok() const { return code == RpcCode::ok; }
};

struct RpcCall {
  std::string_view method;    // "/etcdserverpb.KV/Range"
  Secret token;               // of Auth.Authenticate; empty: none
  bool needs_leader = false;  // a stream ends with an error when its member loses the leader
  std::int32_t window = 0;    // bytes the server may send ahead of the reader (of http2/ alone); 0: as many as is good
};

// One call with a stream of messages each way. One thread at a time. Destroying it cancels a call that has not ended.
class RpcStream {
 public:
  enum class Outcome {
    message,
    end,      // no more messages: finish() says how the call ended
    timeout,  // nothing came in time; the call is being cancelled
    stopped,  // the stop token was pulled; the call is being cancelled
  };

  virtual ~RpcStream() = default;
  // False when the call has ended; finish() says why. After the `last` message the server knows that no more will come.
  virtual bool write(std::string_view message, bool last) = 0;
  // Waits for the next message, for ever without `timeout`. The view is valid until the next read.
  virtual Outcome read(ByteView& message, std::optional<Duration> timeout) = 0;
  virtual RpcStatus finish() = 0;
  // Begins another call on the same connection, with the very same server, once one has ended well. False when that
  // cannot be.
  virtual bool next(const RpcCall&) { return false; }
};

// The way to one member. Connects when first used, and again whenever needed. Safe for concurrent use. unary() comes
// back soon after `timeout`, whatever happens.
class RpcChannel {
 public:
  virtual ~RpcChannel() = default;
  virtual RpcStatus unary(const RpcCall& call, std::string_view request, std::string& reply, Duration timeout) = 0;
  virtual std::unique_ptr<RpcStream> open(const RpcCall& call, const std::stop_token& stop) = 0;
};

}  // namespace holdfast::etcd
