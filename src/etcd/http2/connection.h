// Bytes to and from one peer, in the clear or through TLS.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "etcd/endpoint.h"
#include "etcd/http2/waiter.h"
#include "etcd/tls_material.h"

namespace holdfast::etcd::http2 {

// One thread at a time. Every wait goes through the waiter given to the call, which sets the limits.
class Connection {
 public:
  virtual ~Connection() = default;
  // At least one byte; 0 when the peer closed the connection.
  virtual Result<std::size_t> read(ByteSpan into, Waiter& waiter) = 0;
  virtual Status write(ByteView bytes, Waiter& waiter) = 0;
};

// Connects to the endpoint, trying each of its addresses, and speaks TLS there when it says so. Errors are
// Code::unavailable, Code::timeout, or Code::refused when one side does not trust the other's certificate.
Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint, const TlsMaterial& tls, Waiter& waiter);

}  // namespace holdfast::etcd::http2
