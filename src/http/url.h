// URLs taken apart, and percent-encoding as RFC 3986 has it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::http {

// scheme://host[:port][/path][?query]. Nothing is decoded or normalised.
struct Url {
  std::string scheme;  // "http" or "https", lower case
  std::string host;    // as written; an IPv6 address without its brackets
  int port = 0;        // the scheme's own when not given
  std::string path;    // "/" when empty
  std::string query;   // without '?'

  // What a client sends as Host: the port only when it is not the scheme's own, brackets around an IPv6 address.
  std::string host_header() const;
};

// Code::usage when it is not such a URL, has user information, white space or control characters. The message never
// holds the text behind the host.
Result<Url> parse_url(std::string_view text);

// Everything but letters, digits, "-._~" and the characters in `keep` becomes %XX with upper-case digits.
std::string percent_encode(std::string_view text, std::string_view keep = "");
// Code::usage when a '%' is not followed by two hexadecimal digits. '+' stays '+'.
Result<std::string> percent_decode(std::string_view text);

}  // namespace holdfast::http
