// One request and one reply over gRPC; included by grpc_*.cc alone.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include <grpcpp/generic/generic_stub.h>

#include "etcd/rpc.h"

namespace holdfast::etcd {

// Comes back soon after `timeout` or the stop request, also where gRPC itself does not: without the threads it wanted
// to start (a limit of processes or memory) its own deadlines do not work.
RpcStatus grpc_unary(grpc::GenericStub stub, const RpcCall& call, std::string_view request, std::string& reply,
                     Duration timeout, const std::stop_token& stop);

}  // namespace holdfast::etcd
