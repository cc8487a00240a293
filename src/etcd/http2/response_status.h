// What the headers and trailers of a gRPC response over HTTP/2 say about how the call ended.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "etcd/rpc.h"

namespace holdfast::etcd::http2 {

class ResponseStatus {
 public:
  // Takes a header or trailer; others than the few that matter are passed over.
  void add(std::string_view name, std::string_view value);

  // The whole response has come. A response without gRPC's own status is judged by its HTTP status.
  RpcStatus result() const;

 private:
  int http_status_ = 0;
  std::string content_type_;
  std::optional<int> grpc_status_;
  std::string grpc_message_;
};

}  // namespace holdfast::etcd::http2
