#include "etcd/http2/connection.h"

#include "etcd/http2/socket.h"
#include "etcd/http2/tls_connection.h"

namespace holdfast::etcd::http2 {
namespace {

class PlainConnection final : public Connection {
 public:
  explicit PlainConnection(Descriptor socket) : socket_(std::move(socket)) {}
  Result<std::size_t> read(ByteSpan into, Waiter& waiter) override { return read_socket(socket_.get(), into, waiter); }
  Status write(ByteView bytes, Waiter& waiter) override { return write_socket(socket_.get(), bytes, waiter); }

 private:
  Descriptor socket_;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint, const TlsMaterial& tls, Waiter& waiter) {
  HF_ASSIGN(Descriptor socket, connect_socket(endpoint, waiter));
  if (endpoint.tls) return start_tls(std::move(socket), endpoint, tls, waiter);
  return std::make_unique<PlainConnection>(std::move(socket));
}

}  // namespace holdfast::etcd::http2
