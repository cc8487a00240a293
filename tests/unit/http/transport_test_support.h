// What the transport's tests share.
#pragma once

#include <memory>
#include <string>

#include "http/transport.h"
#include "support/http_server.h"

namespace holdfast::http::test {

inline constexpr std::size_t kLimit = 64 * kMiB;

// Deaf to the proxy settings of the machine the tests run on.
inline std::unique_ptr<Transport> make_transport(TransportOptions options = {}) {
  return make_curl_transport(options, os::Environment{});
}

inline Result<Response> get(Transport& transport, const std::string& url) {
  return transport.send({.url = url}, kLimit, std::stop_token{});
}

inline std::string text(const Response& response) {
  return std::string(as_text(response.body));
}

// Bytes that do not repeat at any power of two, so that misplaced blocks show.
inline std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>((i * 2654435761U >> 13) ^ i);
  return bytes;
}

}  // namespace holdfast::http::test
