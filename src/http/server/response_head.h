// Status line and header fields of an answer as they go over the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"
#include "http/server/server.h"

namespace holdfast::http {

struct HeadFraming {
  std::optional<std::uint64_t> length;  // Content-Length
  bool chunked = false;
  bool close = false;  // Connection: close
};

// Nothing that a handler was made to repeat can add a line of its own. Code::internal, naming the field.
Status check_response(const ServerResponse& response);

// The response has passed check_response(). `date` as of http_date().
std::string response_head(const ServerResponse& response, const HeadFraming& framing, std::string_view date);

bool has_body(int status);           // false: 204, 304
std::string http_date(WallTime at);  // "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7)

}  // namespace holdfast::http
