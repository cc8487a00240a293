#include "client/kubeconfig_text.h"

#include "base/bytes.h"

namespace holdfast::client {

json::Value kubeconfig_for(const Connection& connection, const std::string& user, const Secret& token) {
  constexpr const char* kName = "holdfast";
  json::Object cluster{{"server", connection.server}};
  if (!connection.authority_pem.empty())
    cluster["certificate-authority-data"] = to_base64(as_bytes(connection.authority_pem));
  if (!connection.tls_server_name.empty()) cluster["tls-server-name"] = connection.tls_server_name;
  if (connection.insecure_skip_verify) cluster["insecure-skip-tls-verify"] = true;
  json::Object context{{"cluster", kName}, {"user", user}};
  return json::Object{
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"clusters", json::Array{json::Object{{"name", kName}, {"cluster", std::move(cluster)}}}},
      {"users", json::Array{json::Object{{"name", user}, {"user", json::Object{{"token", token.reveal()}}}}}},
      {"contexts", json::Array{json::Object{{"name", kName}, {"context", std::move(context)}}}},
      {"current-context", kName}};
}

}  // namespace holdfast::client
