// Non-blocking stream sockets.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "etcd/endpoint.h"
#include "etcd/http2/descriptor.h"
#include "etcd/http2/waiter.h"

namespace holdfast::etcd::http2 {

// A connected, non-blocking socket. Tries every address of the host in turn. Resolving a name cannot be interrupted.
Result<Descriptor> connect_socket(const Endpoint& endpoint, Waiter& waiter);

Result<std::size_t> read_socket(int fd, ByteSpan into, Waiter& waiter);
Status write_socket(int fd, ByteView bytes, Waiter& waiter);

}  // namespace holdfast::etcd::http2
