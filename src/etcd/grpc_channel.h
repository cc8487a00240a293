// RpcChannel over gRPC. Its headers stay in grpc_*.cc.
#pragma once

#include <memory>

#include "etcd/endpoint.h"
#include "etcd/rpc.h"
#include "etcd/tls_material.h"

namespace holdfast::etcd {

// What the channel will be used for decides its buffers.
enum class ChannelUse {
  calls,     // many small calls and watches, windows sized by what the connection needs
  snapshot,  // one large download on a connection of its own, with a large window
};

// `tls` is looked at only when the endpoint wants TLS. Connects when first used.
std::unique_ptr<RpcChannel> make_grpc_channel(const Endpoint& endpoint, const TlsMaterial& tls, Duration dial_timeout,
                                              ChannelUse use);

}  // namespace holdfast::etcd
