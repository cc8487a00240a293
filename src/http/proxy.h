// Which proxy stands between us and a server, as the environment says.
#pragma once

#include <string>

#include "os/environment.h"

namespace holdfast::http {

// Proxy URLs, empty for none, and the hosts that are reached without one (comma separated, as libcurl understands it).
struct ProxyRules {
  std::string http;
  std::string https;
  std::string no_proxy;
};

// The variables every tool knows: http_proxy, https_proxy, all_proxy and no_proxy, each also in capitals; small letters
// win. HTTP_PROXY is ignored when REQUEST_METHOD is set: in a CGI program it would be the "Proxy:" header of whoever
// asks.
ProxyRules proxy_rules(const os::Environment& environment);

}  // namespace holdfast::http
