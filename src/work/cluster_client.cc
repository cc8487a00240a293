#include "work/cluster_client.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {
namespace {

using Values = std::map<std::string, Secret>;

// The first of the names that is there. Those of KKP's Secret for backups come second.
Secret pick(const Values& values, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = values.find(name);
    if (found != values.end() && !found->second.empty()) return found->second;
  }
  return {};
}

Status read_tls(const json::Value& cluster, std::string_view name_space, World& world, etcd::TlsOptions& tls) {
  tls.server_name = api::text_at(cluster, {"spec", "etcd", "tls", "serverName"});
  tls.insecure_skip_verify = api::flag_at(cluster, {"spec", "etcd", "tls", "insecureSkipVerify"});
  const json::Value* reference = api::field_at(cluster, {"spec", "etcd", "tls", "secretRef"});
  if (reference == nullptr) return {};
  HF_ASSIGN(const Values values, referenced_secret(world, *reference, name_space, "the certificates of its etcd"));
  tls.ca_pem = pick(values, {"ca.crt"}).reveal();
  tls.certificate_pem = pick(values, {"tls.crt", "backup-etcd-client.crt"}).reveal();
  tls.key_pem = pick(values, {"tls.key", "backup-etcd-client.key"});
  return {};
}

Status read_login(const json::Value& cluster, std::string_view name_space, World& world, etcd::ClientOptions& options) {
  const json::Value* reference = api::field_at(cluster, {"spec", "etcd", "authSecretRef"});
  if (reference == nullptr) return {};
  HF_ASSIGN(const Values values, referenced_secret(world, *reference, name_space, "the login of its etcd"));
  options.user = pick(values, {"username"}).reveal();
  options.password = pick(values, {"password"});
  if (options.user.empty() || options.password.empty())
    return fail(Code::usage, "the Secret with the login of its etcd has no username and password");
  return {};
}

}  // namespace

Result<etcd::ClientOptions> etcd_options_of(const json::Value& cluster, World& world) {
  etcd::ClientOptions options;
  if (const json::Array* endpoints = api::array_at(cluster, {"spec", "etcd", "endpoints"})) {
    for (const json::Value& each : *endpoints) {
      if (each.is_string()) options.endpoints.emplace_back(each.get_string());
    }
  }
  const std::string_view name = control::name_of(cluster);
  if (options.endpoints.empty())
    return with_hint(fail(Code::usage, "Cluster {} does not say where its etcd is", name),
                     "name its members in spec.etcd.endpoints");
  const std::string name_space = api::cluster_namespace(name);
  HF_TRY(read_tls(cluster, name_space, world, options.tls));
  HF_TRY(read_login(cluster, name_space, world, options));
  return options;
}

}  // namespace holdfast::work
