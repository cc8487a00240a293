#include "http/server/tls_wire.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <openssl/err.h>
#include <sys/socket.h>

namespace holdfast::http {
namespace {

constexpr std::size_t kRecord = 16 * 1024;  // the most that one TLS record holds

int descriptor(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

// OpenSSL's own socket BIO would raise SIGPIPE.
int send_bytes(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::send(descriptor(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (count < 0 && blocked_or_failed(Outcome::wants_write) == Outcome::wants_write) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

int receive_bytes(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::recv(descriptor(bio), into, static_cast<std::size_t>(size), 0);
  if (count < 0 && blocked_or_failed(Outcome::wants_read) == Outcome::wants_read) BIO_set_retry_read(bio);
  return static_cast<int>(count);
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* bio_method() {
  static BIO_METHOD* const made = [] {
    BIO_METHOD* fresh = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "holdfast connection");
    BIO_meth_set_write(fresh, send_bytes);
    BIO_meth_set_read(fresh, receive_bytes);
    BIO_meth_set_ctrl(fresh, control);
    return fresh;
  }();
  return made;
}

class TlsWire final : public Wire {
 public:
  TlsWire(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
  ~TlsWire() override { SSL_free(ssl_); }

  Outcome handshake(Peer& peer) override {
    ERR_clear_error();
    const int result = SSL_accept(ssl_);
    if (result == 1) {
      read_peer(ssl_, peer);
      return Outcome::done;
    }
    if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) tell_plain_client();
    return outcome_of(result);
  }

  Transfer read(std::span<char> into) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_, into.data(), into.size(), &count);
    if (result == 1) return {.bytes = count};
    return {.outcome = outcome_of(result)};
  }

  Transfer write(const OutQueue& queue) override {
    std::array<char, kRecord> record;
    const std::string_view next = next_record(queue, record);
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(ssl_, next.data(), next.size(), &count);
    if (result == 1) return {.bytes = count};
    return {.outcome = outcome_of(result)};
  }

  void say_goodbye() override {
    ERR_clear_error();
    if (!broken_ && SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
    ERR_clear_error();
  }

 private:
  // Small pieces become one record: a record of its own for each would cost more than the pieces. Repeating a call that
  // would have blocked gathers the same bytes again, and perhaps more behind them, which OpenSSL allows.
  static std::string_view next_record(const OutQueue& queue, std::array<char, kRecord>& record) {
    std::array<std::string_view, 64> pieces;
    const std::size_t used = queue.next(pieces);
    if (used == 1 || pieces[0].size() >= kRecord) return pieces[0].substr(0, kRecord);
    std::size_t filled = 0;
    for (std::size_t i = 0; i < used && filled < kRecord; ++i) {
      const std::size_t size = std::min(pieces[i].size(), kRecord - filled);
      std::memcpy(record.data() + filled, pieces[i].data(), size);
      filled += size;
    }
    return {record.data(), filled};
  }

  Outcome outcome_of(int result) {
    const int error = SSL_get_error(ssl_, result);
    if (error == SSL_ERROR_WANT_READ) return Outcome::wants_read;
    if (error == SSL_ERROR_WANT_WRITE) return Outcome::wants_write;
    if (error == SSL_ERROR_ZERO_RETURN) return Outcome::ended;
    broken_ = true;  // SSL_shutdown must not be called any more
    ERR_clear_error();
    return Outcome::failed;
  }

  void tell_plain_client() const {
    static constexpr std::string_view kAnswer =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 54\r\nConnection: close\r\n\r\n"
        "this server speaks HTTPS: begin the URL with https://\n";
    ::send(fd_, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
  }

  const int fd_;
  SSL* const ssl_;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<Wire> make_tls_wire(int fd, SSL_CTX& context) {
  SSL* ssl = SSL_new(&context);
  BIO* bio = BIO_new(bio_method());
  if (ssl == nullptr || bio == nullptr) {
    SSL_free(ssl);
    BIO_free(bio);
    return nullptr;
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_accept_state(ssl);
  return std::make_unique<TlsWire>(fd, ssl);
}

}  // namespace holdfast::http
