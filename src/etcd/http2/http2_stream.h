// RpcStream on an HTTP/2 connection of its own, leaner than gRPC's: for the one call that moves gigabytes.
//
// nghttp2 keeps the protocol (frames, HPACK, flow control, pings); this file gives it bytes and takes messages out.
// Everything happens on the caller's thread. Memory: the receive buffer, and the messages that came with it; what the
// caller is slow to take stays in the kernel's socket buffer and, beyond the flow-control window, with the member.
#pragma once

#include <memory>
#include <stop_token>

#include "etcd/endpoint.h"
#include "etcd/rpc.h"
#include "etcd/tls_material.h"
#include "os/clock.h"

namespace holdfast::etcd::http2 {

// Connects and starts the call; whatever goes wrong shows in the first read.
std::unique_ptr<RpcStream> open_stream(const Endpoint& endpoint, const TlsMaterial& tls, Duration dial_timeout,
                                       const RpcCall& call, os::Clock& clock, const std::stop_token& stop);

}  // namespace holdfast::etcd::http2
