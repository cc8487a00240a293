// Rules of clusters.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/names.h"
#include "api/rule_check.h"

namespace holdfast::api {
namespace {

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

// host:port, [address]:port, with or without http:// or https:// in front; never a user, a path or a query.
bool is_endpoint(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      break;
    }
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || !is_port(text.substr(colon + 1))) return false;
  const std::string_view host = text.substr(0, colon);
  const bool is_v6 = host.front() == '[' && host.back() == ']';
  return std::all_of(host.begin(), host.end(), [&](char c) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    return plain || (is_v6 && (c == ':' || c == '[' || c == ']' || c == '%')) || c == '_';
  });
}

void check_endpoints(RuleCheck& check) {
  const json::Array* endpoints = array_at(check.object(), {"spec", "etcd", "endpoints"});
  if (endpoints == nullptr) return;
  for (std::size_t i = 0; i < endpoints->size(); ++i) {
    const json::Value& each = (*endpoints)[i];
    const std::string path = fmt::format("spec.etcd.endpoints[{}]", i);
    if (!each.is_string()) continue;
    if (each.get_string().find('@') != std::string_view::npos) {
      check.refuse(causes::invalid_hidden(path, "must hold no user or password"));
    } else if (!is_endpoint(each.get_string())) {
      check.refuse(causes::invalid(path, each, "must be host:port, with or without http:// or https:// in front"));
    }
  }
}

// Whoever may change a cluster must not have secrets of other namespaces sent to endpoints of their choice.
void check_secret_reference(RuleCheck& check, FieldNames reference, const std::string& path) {
  const json::Value* found = field_at(check.object(), reference);
  if (found == nullptr) return;
  const std::string_view name = text_at(*found, {"name"});
  const std::string_view name_space = text_at(*found, {"namespace"});
  const std::string own = cluster_namespace(check.text({"metadata", "name"}));
  if (!is_dns_subdomain(name))
    check.refuse(causes::invalid(path + ".name", json::Value(name), "must be the name of a Secret"));
  if (!name_space.empty() && name_space != own)
    check.refuse(causes::invalid(path + ".namespace", json::Value(name_space),
                                 fmt::format("must be \"{}\", the namespace of the cluster", own)));
}

void check_name(RuleCheck& check) {
  const std::string_view name = check.text({"metadata", "name"});
  const std::size_t most = kMaxLabel - cluster_namespace("").size();
  if (!is_dns_label(name) || name.size() > most)
    check.refuse(
        causes::invalid("metadata.name", json::Value(name),
                        fmt::format("must be small letters, digits and '-', at most {}, as it becomes part of the name "
                                    "of a namespace",
                                    most)));
}

}  // namespace

Status check_cluster(RuleCheck& check) {
  if (check.is_new()) check_name(check);
  HF_TRY(check_keys_of_cluster(check));
  if (check.changed({"spec", "etcd"})) {
    check_endpoints(check);
    check_secret_reference(check, {"spec", "etcd", "tls", "secretRef"}, "spec.etcd.tls.secretRef");
    check_secret_reference(check, {"spec", "etcd", "authSecretRef"}, "spec.etcd.authSecretRef");
    if (flag_at(check.object(), {"spec", "etcd", "tls", "insecureSkipVerify"}))
      check.warn("spec.etcd.tls.insecureSkipVerify: anybody can pretend to be this etcd");
  }
  const bool had_launcher = !check.is_new() && flag_at(*check.before(), {"spec", "features", "etcdLauncher"});
  if (had_launcher && !flag_at(check.object(), {"spec", "features", "etcdLauncher"}))
    check.refuse(causes::invalid("spec.features.etcdLauncher", json::Value(false), "cannot be switched off again"));
  const std::string_view seed = check.text({"spec", "seed"});
  if (seed.empty() || !check.changed({"spec", "seed"})) return {};
  HF_ASSIGN(const std::vector<json::Value> seeds, check.objects().list("Seed"));
  if (seed_of(check.object(), seeds) == nullptr) check.refuse(causes::not_found("spec.seed", seed));
  return {};
}

}  // namespace holdfast::api
