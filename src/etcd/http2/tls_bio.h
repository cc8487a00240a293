// How OpenSSL reaches the socket: like its own socket BIO, but a connection closed by the peer never raises SIGPIPE.
#pragma once

#include <openssl/bio.h>

namespace holdfast::etcd::http2 {

// Borrows the descriptor. Null when OpenSSL has no memory.
BIO* make_socket_bio(int fd);

}  // namespace holdfast::etcd::http2
