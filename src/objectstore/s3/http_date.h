// The dates of HTTP headers (RFC 9110, 5.6.7), in the one form servers send: "Sun, 06 Nov 1994 08:49:37 GMT".
#pragma once

#include <optional>
#include <string_view>

#include "base/units.h"

namespace holdfast::objectstore::s3 {

std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace holdfast::objectstore::s3
