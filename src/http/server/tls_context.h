// Private to this folder: how this server speaks TLS.
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "http/server/server.h"
#include "http/server/x509.h"

namespace holdfast::http {

using TlsContext = std::shared_ptr<SSL_CTX>;

// TLS 1.2 with forward secrecy and authenticated encryption, or 1.3; ALPN http/1.1. No session is resumed: a client's
// certificate is looked at in every connection. Code::usage when certificate, key or client CAs cannot be used.
Result<TlsContext> make_tls_context(const ServerTls& tls);

// Fills in what the handshake showed of the client.
void read_peer(SSL* ssl, Peer& peer);

}  // namespace holdfast::http
