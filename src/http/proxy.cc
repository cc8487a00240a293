#include "http/proxy.h"

namespace holdfast::http {
namespace {

std::string either(const os::Environment& environment, const char* lower, const char* upper) {
  if (auto value = environment.get(lower)) return *value;
  return environment.get(upper).value_or("");
}

}  // namespace

ProxyRules proxy_rules(const os::Environment& environment) {
  const std::string all = either(environment, "all_proxy", "ALL_PROXY");
  const bool is_cgi = environment.get("REQUEST_METHOD").has_value();
  ProxyRules rules{.http = either(environment, "http_proxy", is_cgi ? "http_proxy" : "HTTP_PROXY"),
                   .https = either(environment, "https_proxy", "HTTPS_PROXY"),
                   .no_proxy = either(environment, "no_proxy", "NO_PROXY")};
  if (rules.http.empty()) rules.http = all;
  if (rules.https.empty()) rules.https = all;
  return rules;
}

}  // namespace holdfast::http
