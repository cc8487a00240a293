// The target of a request line taken apart, for the server's side.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace holdfast::http {

struct Target {
  std::string path;                                        // decoded; begins with '/'
  std::vector<std::pair<std::string, std::string>> query;  // decoded, '+' as space; in order
};

// Origin form ("/path?query") or absolute form ("http://host/path?query", RFC 9112, 3.2.2). Code::usage, with a message
// that does not repeat the target, for all else, and for: a '%' without two hexadecimal digits, a fragment, bytes that
// decode to something that is not UTF-8, control characters in the path, and "." or ".." segments in the decoded path.
Result<Target> parse_target(std::string_view raw);

}  // namespace holdfast::http
