#include "etcd/http2/response_status.h"

#include <charconv>

#include <fmt/format.h>

namespace holdfast::etcd::http2 {
namespace {

int number(std::string_view text, int otherwise) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// grpc-message is percent-encoded; anything that is no code stays as it is.
std::string decode(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool code =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (code) {
      plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// As gRPC prescribes for answers that did not come from a gRPC server.
RpcCode code_for_http(int status) {
  switch (status) {
    case 400:
      return RpcCode::internal;
    case 401:
      return RpcCode::unauthenticated;
    case 403:
      return RpcCode::permission_denied;
    case 404:
      return RpcCode::unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return RpcCode::unavailable;
    default:
      return RpcCode::unknown;
  }
}

}  // namespace

void ResponseStatus::add(std::string_view name, std::string_view value) {
  if (name == ":status") http_status_ = number(value, 0);
  if (name == "content-type") content_type_ = value;
  if (name == "grpc-status") grpc_status_ = number(value, static_cast<int>(RpcCode::unknown));
  if (name == "grpc-message") grpc_message_ = decode(value);
}

RpcStatus ResponseStatus::result() const {
  if (grpc_status_) {
    const bool known = *grpc_status_ >= 0 && *grpc_status_ <= static_cast<int>(RpcCode::unauthenticated);
    return {known ? static_cast<RpcCode>(*grpc_status_) : RpcCode::unknown, grpc_message_};
  }
  if (http_status_ != 200)
    return {code_for_http(http_status_), fmt::format("the server answered HTTP {}", http_status_)};
  if (!content_type_.starts_with("application/grpc")) return {RpcCode::unimplemented, "the server does not speak gRPC"};
  return {RpcCode::unavailable, "the call ended without a status"};
}

}  // namespace holdfast::etcd::http2
