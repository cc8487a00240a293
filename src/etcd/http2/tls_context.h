// OpenSSL's side of TlsMaterial. Included by tls_*.cc alone.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "base/result.h"
#include "etcd/tls_material.h"

namespace holdfast::etcd::http2 {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

// Trust, client certificate, ALPN "h2" and TLS 1.2 at least. Code::usage when a PEM text cannot be used.
Result<TlsContext> make_tls_context(const TlsMaterial& material);

// What OpenSSL has to say about the failure just seen on this thread; empties its queue.
std::string openssl_reason();

}  // namespace holdfast::etcd::http2
