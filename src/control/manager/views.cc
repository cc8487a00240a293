#include "control/manager/views.h"

#include "api/rules.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/ownership.h"

namespace holdfast::control {

Error error_of(const api::ApiError& error) {
  Error result;
  result.message = error.message;
  result.code = error.code == 404                        ? Code::not_found
                : error.code == 409                      ? Code::exists
                : error.code == 403                      ? Code::refused
                : error.code == 422 || error.code == 400 ? Code::usage
                : error.code == 503 || error.code == 504 ? Code::unavailable
                                                         : Code::internal;
  result.retryable = error.code == 409 || error.code == 503 || error.code == 504;
  return result;
}

const api::Kind& kind_of(const registry::Registry& registry, TypeName type) {
  return *registry.kinds().find_kind(type.api_version, type.kind);
}

Status for_each(registry::Registry& registry, TypeName type, std::string_view name_space,
                const std::function<void(json::Value&&)>& visit) {
  registry::ListQuery query;
  query.name_space = name_space;
  const auto listed =
      registry.list(kind_of(registry, type), query, [&](json::Value object) { visit(std::move(object)); });
  if (!listed) return tl::unexpected(error_of(listed.error()));
  return {};
}

Result<std::vector<json::Value>> list_all(registry::Registry& registry, TypeName type, std::string_view name_space) {
  std::vector<json::Value> all;
  HF_TRY(for_each(registry, type, name_space, [&](json::Value&& object) { all.push_back(std::move(object)); }));
  return all;
}

Result<json::Value> get_or_null(registry::Registry& registry, TypeName type, const registry::ObjectId& id) {
  auto found = registry.get(kind_of(registry, type), id);
  if (found) return std::move(*found);
  if (found.error().code == 404) return json::Value();
  return tl::unexpected(error_of(found.error()));
}

Result<ClusterView> load_cluster(registry::Registry& registry, std::string_view cluster) {
  ClusterView view;
  view.name = cluster;
  view.name_space = api::cluster_namespace(cluster);
  HF_ASSIGN(view.cluster, get_or_null(registry, kClusterType, {.name_space = "", .name = view.name}));
  HF_ASSIGN(const std::vector<json::Value> seeds, list_all(registry, kSeedType, ""));
  if (const json::Value* seed = api::seed_of(view.cluster, seeds)) view.seed = *seed;
  HF_ASSIGN(std::vector<json::Value> configurations, list_all(registry, kConfigurationType, ""));
  if (!configurations.empty()) view.configuration = std::move(configurations.front());
  HF_ASSIGN(view.configs, list_all(registry, kConfigType, view.name_space));
  HF_ASSIGN(view.operations, list_all(registry, kOperationType, view.name_space));
  HF_ASSIGN(view.backups, list_all(registry, kBackupType, view.name_space));
  HF_ASSIGN(view.restores, list_all(registry, kRestoreType, view.name_space));
  // Last: what goes because its namespace goes is seen together with that.
  HF_ASSIGN(view.space, get_or_null(registry, kNamespaceType, {.name_space = "", .name = view.name_space}));
  view.has_namespace = !view.space.is_null();
  view.namespace_going = view.has_namespace && is_going(view.space);
  return view;
}

namespace {

// Operations at work with a destination of the Seed, in all namespaces.
Result<std::size_t> count_running(registry::Registry& registry, std::string_view seed) {
  std::size_t running = 0;
  const auto visit = [&](const json::Value& each) {
    running += phase_of(each) == "Running" && api::text_at(each, {"spec", "seed"}) == seed ? 1U : 0U;
  };
  const auto listed = registry.list(kind_of(registry, kOperationType), {}, visit);
  if (!listed) return tl::unexpected(error_of(listed.error()));
  return running;
}

// The Backups that lie in destinations of the Seed, by destination.
Result<SeedView::Stored> count_stored(registry::Registry& registry, std::string_view seed) {
  SeedView::Stored stored;
  HF_TRY(for_each(registry, kBackupType, "", [&](const json::Value& each) {
    const std::string_view phase = api::text_at(each, {"status", "phase"});
    if (api::text_at(each, {"spec", "seed"}) != seed || phase.empty() || phase == "Missing") return;
    StoredCount& count = stored[std::string(api::text_at(each, {"spec", "destination"}))];
    ++count.backups;
    count.bytes += number_at(each, {"status", "storedBytes"}).value_or(0);
  }));
  return stored;
}

}  // namespace

Result<std::optional<SeedView>> load_seed(registry::Registry& registry, const registry::ObjectId& id, Instant now) {
  SeedView view;
  HF_ASSIGN(view.seed, get_or_null(registry, kSeedType, id));
  if (view.seed.is_null()) return std::nullopt;
  HF_ASSIGN(view.operations, list_all(registry, kOperationType, id.name_space));
  if (is_going(view.seed)) {
    HF_ASSIGN(view.running, count_running(registry, id.name));
    return view;
  }
  HF_ASSIGN(const std::vector<json::Value> seeds, list_all(registry, kSeedType, ""));
  if (is_count_due(view.seed, now)) {
    HF_ASSIGN(view.stored, count_stored(registry, id.name));
  }
  view.secrets = secrets_of(view.seed);
  for (auto& [destination, secret] : view.secrets) {
    HF_ASSIGN(const json::Value found,
              get_or_null(registry, kSecretType, {.name_space = secret.name_space, .name = secret.name}));
    secret.version = api::text_at(found, {"metadata", "resourceVersion"});
  }
  HF_TRY(for_each(registry, kClusterType, "", [&](const json::Value& each) {
    const json::Value* seed = api::seed_of(each, seeds);
    if (seed == nullptr || uid_of(*seed) != uid_of(view.seed)) return;
    ++view.clusters;
    const ClusterIdentity identity = identity_of_cluster(each);
    view.identities = short_hash(fmt::format("{} {} {} {} {}", view.identities, identity.uid, identity.project,
                                             identity.adopts, identity.by_administrator));
  }));
  return view;
}

}  // namespace holdfast::control
