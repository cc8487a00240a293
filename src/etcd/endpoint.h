// Where a member listens, taken apart.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::etcd {

struct Endpoint {
  std::string text;  // as the user wrote it, for messages
  bool tls = false;
  std::string host;       // name or address, without brackets; empty for a unix socket
  std::string port;       // "2379" when none was given
  std::string unix_path;  // "unix:///run/etcd.sock"

  // "host:port" with brackets around an IPv6 address; "localhost" for a unix socket.
  std::string authority() const;
};

// Accepts "host:port", "http://…", "https://…", "unix:///path" and "unixs:///path". One without a scheme means TLS when
// `bare_means_tls`. Code::usage for anything else; the message does not repeat an endpoint that holds user information.
Result<Endpoint> parse_endpoint(std::string_view text, bool bare_means_tls);

}  // namespace holdfast::etcd
