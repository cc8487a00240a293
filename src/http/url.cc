#include "http/url.h"

#include <algorithm>
#include <charconv>

namespace holdfast::http {
namespace {

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;
constexpr int kLargestPort = 65535;
constexpr std::string_view kUpperDigits = "0123456789ABCDEF";

int default_port(std::string_view scheme) {
  return scheme == "https" ? kHttpsPort : kHttpPort;
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

bool is_visible(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> take_scheme(std::string_view& text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) return fail(Code::usage, "a URL must begin with http:// or https://");
  std::string scheme(text.substr(0, end));
  std::ranges::transform(scheme, scheme.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (scheme != "http" && scheme != "https") return fail(Code::usage, "a URL must begin with http:// or https://");
  text.remove_prefix(end + 3);
  return scheme;
}

Status read_port(std::string_view text, Url& url) {
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, url.port);
  if (error != std::errc() || at != end || url.port < 1 || url.port > kLargestPort) {
    return fail(Code::usage, "the port of host {} is not a number between 1 and {}", url.host, kLargestPort);
  }
  return {};
}

Status read_authority(std::string_view text, Url& url) {
  // Whatever stands before '@' is a credential: it must not get into a message.
  if (text.find('@') != std::string_view::npos) {
    return with_hint(fail(Code::usage, "a URL must not hold a user name or password"), "give credentials separately");
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return fail(Code::usage, "the host {} lacks its closing bracket", text);
    url.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    url.host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (url.host.empty()) return fail(Code::usage, "a URL must name a host");
  if (port.empty()) return {};
  if (port.front() != ':')
    return fail(Code::usage, "the host {} is followed by something that is not a port", url.host);
  return read_port(port.substr(1), url);
}

}  // namespace

std::string Url::host_header() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == default_port(scheme) ? name : fmt::format("{}:{}", name, port);
}

Result<Url> parse_url(std::string_view text) {
  if (!std::ranges::all_of(text, is_visible)) {
    return fail(Code::usage, "a URL must not hold white space or control characters");
  }
  Url url;
  HF_ASSIGN(url.scheme, take_scheme(text));
  url.port = default_port(url.scheme);
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  HF_TRY(read_authority(text.substr(0, end), url));
  text.remove_prefix(end);
  text = text.substr(0, text.find('#'));  // a fragment is never sent
  const auto question = std::min(text.find('?'), text.size());
  url.path = question == 0 ? "/" : std::string(text.substr(0, question));
  if (question < text.size()) url.query = text.substr(question + 1);
  return url;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || keep.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kUpperDigits[byte >> 4];
      out += kUpperDigits[byte & 0xf];
    }
  }
  return out;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const int high = at + 2 < text.size() ? digit_value(text[at + 1]) : -1;
    const int low = high >= 0 ? digit_value(text[at + 2]) : -1;
    if (low < 0) return fail(Code::usage, "a '%' is not followed by two hexadecimal digits");
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

}  // namespace holdfast::http
