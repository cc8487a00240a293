#include "etcd/http2/tls_connection.h"

#include <cerrno>
#include <system_error>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "etcd/http2/tls_bio.h"
#include "etcd/http2/tls_context.h"

namespace holdfast::etcd::http2 {
namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

// Bytes OpenSSL takes from the socket at a time: several records of 16 KiB.
constexpr std::size_t kReadBuffer = 256 * kKiB;

class TlsConnection final : public Connection {
 public:
  TlsConnection(Descriptor socket, TlsContext context)
      : socket_(std::move(socket)), context_(std::move(context)), ssl_(SSL_new(context_.get())) {}

  Status handshake(const Endpoint& endpoint, const TlsMaterial& tls, Waiter& waiter) {
    const std::string& name = tls.server_name.empty() ? endpoint.host : tls.server_name;
    BIO* bio = ssl_ ? make_socket_bio(socket_.get()) : nullptr;
    if (bio == nullptr) return fail(Code::internal, "TLS cannot be set up: {}", openssl_reason());
    SSL_set_bio(ssl_.get(), bio, bio);  // owns it now
    if (!expect_name(name)) return fail(Code::usage, "\"{}\" is no name a certificate can be for", name);
    SSL_set_default_read_buffer_len(ssl_.get(), kReadBuffer);
    while (true) {
      ERR_clear_error();
      const int result = SSL_connect(ssl_.get());
      if (result == 1) break;
      Status status = wait_or_fail(result, waiter);
      if (!status && closed_) return fail(Code::unavailable, "connection closed during the TLS handshake");
      HF_TRY(std::move(status));
    }
    return check_protocol();
  }

  Result<std::size_t> read(ByteSpan into, Waiter& waiter) override {
    while (true) {
      ERR_clear_error();
      std::size_t count = 0;
      const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
      if (result == 1) return count;
      if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return 0;
      HF_TRY(wait_or_fail(result, waiter));
    }
  }

  Status write(ByteView bytes, Waiter& waiter) override {
    while (!bytes.empty()) {
      ERR_clear_error();
      std::size_t count = 0;
      const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
      if (result == 1) {
        bytes = bytes.subspan(count);
      } else {
        HF_TRY(wait_or_fail(result, waiter));
      }
    }
    return {};
  }

 private:
  // The name (or address) that the certificate must be for, and the one asked for by SNI.
  bool expect_name(const std::string& name) {
    X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl_.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
    ERR_clear_error();
    if (name.empty()) return true;  // a unix socket has no name
    return X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1 && ask_for(name);
  }

  // SSL_set_tlsext_host_name, which is a macro full of C casts.
  bool ask_for(std::string name) {
    return SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
  }

  Status wait_or_fail(int result, Waiter& waiter) {
    const int saved_errno = errno;
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return waiter.wait(socket_.get(), WaitFor::readable);
      case SSL_ERROR_WANT_WRITE:
        return waiter.wait(socket_.get(), WaitFor::writable);
      case SSL_ERROR_SYSCALL:
        closed_ = saved_errno == 0;
        if (closed_) return fail(Code::unavailable, "connection closed");
        return fail(Code::unavailable, "{}", std::generic_category().message(saved_errno));
      default:
        return refusal();
    }
  }

  tl::unexpected<Error> refusal() {
    const long verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) {
      ERR_clear_error();
      return fail(Code::refused, "certificate verify failed: {}", X509_verify_cert_error_string(verified));
    }
    return fail(Code::unavailable, "TLS failed: {}", openssl_reason());
  }

  Status check_protocol() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    if (as_text({name, size}) == "h2") return {};
    return fail(Code::unsupported, "the server does not offer HTTP/2");
  }

  Descriptor socket_;
  TlsContext context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  bool closed_ = false;  // the peer went away without saying so
};

}  // namespace

Result<std::unique_ptr<Connection>> start_tls(Descriptor socket, const Endpoint& endpoint, const TlsMaterial& tls,
                                              Waiter& waiter) {
  HF_ASSIGN(TlsContext context, make_tls_context(tls));
  auto connection = std::make_unique<TlsConnection>(std::move(socket), std::move(context));
  HF_TRY(connection->handshake(endpoint, tls, waiter));
  return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace holdfast::etcd::http2
