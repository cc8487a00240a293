#include "etcd/endpoint.h"

#include <algorithm>
#include <charconv>

namespace holdfast::etcd {
namespace {

constexpr std::string_view kDefaultPort = "2379";

tl::unexpected<Error> malformed(std::string_view text, std::string_view why) {
  return with_hint(fail(Code::usage, "endpoint \"{}\" {}", text, why), "write it as https://host:2379 or host:2379");
}

bool valid_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

bool plain(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != '%'; });
}

// "host", "host:port", "[v6]", "[v6]:port".
Status split_authority(std::string_view rest, Endpoint& endpoint) {
  std::string_view host = rest;
  std::string_view port = kDefaultPort;
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return malformed(endpoint.text, "has no closing bracket");
    host = rest.substr(1, close - 1);
    const std::string_view after = rest.substr(close + 1);
    if (!after.empty() && !after.starts_with(':')) return malformed(endpoint.text, "goes on after its address");
    if (!after.empty()) port = after.substr(1);
  } else if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    if (rest.find(':') != colon) return malformed(endpoint.text, "needs brackets around its IPv6 address");
    host = rest.substr(0, colon);
    port = rest.substr(colon + 1);
  }
  if (host.empty() || !plain(host)) return malformed(endpoint.text, "names no host");
  if (!valid_port(port)) return malformed(endpoint.text, "has no valid port");
  endpoint.host = host;
  endpoint.port = port;
  return {};
}

}  // namespace

std::string Endpoint::authority() const {
  if (!unix_path.empty()) return "localhost";
  const bool v6 = host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<Endpoint> parse_endpoint(std::string_view text, bool bare_means_tls) {
  if (text.find('@') != std::string_view::npos) {
    return with_hint(fail(Code::usage, "an endpoint holds user information"), "give user and password as options");
  }
  Endpoint endpoint;
  endpoint.text = text;
  endpoint.tls = bare_means_tls;
  std::string_view rest = text;
  std::string_view scheme;
  if (const auto colon = text.find("://"); colon != std::string_view::npos) {
    scheme = text.substr(0, colon);
    rest = text.substr(colon + 3);
    endpoint.tls = scheme == "https" || scheme == "unixs";
  }
  if (scheme == "unix" || scheme == "unixs") {
    if (!rest.starts_with('/')) return malformed(text, "names no absolute socket path");
    endpoint.unix_path = rest;
    return endpoint;
  }
  if (!scheme.empty() && scheme != "http" && scheme != "https") return malformed(text, "has an unknown scheme");
  if (rest.ends_with('/')) rest.remove_suffix(1);
  HF_TRY(split_authority(rest, endpoint));
  return endpoint;
}

}  // namespace holdfast::etcd
