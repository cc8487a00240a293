// TLS on a connected socket, HTTP/2 agreed on by ALPN.
#pragma once

#include <memory>

#include "etcd/http2/connection.h"
#include "etcd/http2/descriptor.h"

namespace holdfast::etcd::http2 {

Result<std::unique_ptr<Connection>> start_tls(Descriptor socket, const Endpoint& endpoint, const TlsMaterial& tls,
                                              Waiter& waiter);

}  // namespace holdfast::etcd::http2
