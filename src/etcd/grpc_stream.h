// RpcStream over gRPC; included by grpc_*.cc alone.
#pragma once

#include <algorithm>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include "etcd/rpc.h"

namespace holdfast::etcd {

// Starts the call; errors show in the first read.
std::unique_ptr<RpcStream> open_grpc_stream(grpc::GenericStub stub, const RpcCall& call, const std::stop_token& stop);

void add_metadata(grpc::ClientContext& context, const RpcCall& call);
gpr_timespec grpc_deadline(Duration from_now);  // relative: gRPC adds its own clock
grpc::ByteBuffer to_buffer(std::string_view bytes);
RpcStatus to_rpc_status(const grpc::Status& status);

// Replaces what `to` (a std::string or Bytes) holds by the whole buffer.
template <class Container>
void copy_to(const grpc::ByteBuffer& from, Container& to) {
  to.resize(from.Length());
  std::vector<grpc::Slice> slices;
  if (!from.Dump(&slices).ok()) return to.clear();
  auto at = to.begin();
  for (const grpc::Slice& slice : slices)
    at = std::copy(slice.begin(), slice.end(), at);
}

}  // namespace holdfast::etcd
