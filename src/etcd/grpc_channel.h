// RpcChannel over gRPC. Its headers stay in grpc_*.cc.
#pragma once

#include <memory>
#include <stop_token>

#include "etcd/endpoint.h"
#include "etcd/rpc.h"
#include "etcd/tls_material.h"

namespace holdfast::etcd {

// `tls` is looked at only when the endpoint wants TLS. Connects when first used. The stop request ends its unary calls.
std::unique_ptr<RpcChannel> make_grpc_channel(const Endpoint& endpoint, const TlsMaterial& tls, Duration dial_timeout,
                                              std::stop_token stop = {});

}  // namespace holdfast::etcd
