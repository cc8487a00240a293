#include "registry/registry.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/fields.h"
#include "api/names.h"
#include "registry/rule_objects.h"
#include "registry/secret_values.h"

namespace holdfast::registry {
namespace {

constexpr int kMostTries = 20;
constexpr int kMostNames = 8;

// Written whenever an object is made whose name becomes part of keys that other objects could have, too.
constexpr std::string_view kKeysChanged = "r/keys-changed";

api::ApiError too_busy(const api::Kind& kind, const ObjectId& id) {
  api::ApiError error = api::modified_conflict(kind, id.name);
  error.retry_after_seconds = 1;
  return error;
}

bool still_holds(const store::Condition& condition, const std::vector<store::Entry>& current) {
  store::Revision modified = 0;
  for (const store::Entry& each : current) {
    if (each.key == condition.key) modified = each.modified;
  }
  return modified == condition.modified;
}

api::ApiError claim_lost(const store::Condition& condition) {
  api::ApiError error;
  error.code = 409;
  error.reason = kClaimLost;
  error.message = fmt::format("the claim {} is no longer ours", condition.key);
  return error;
}

bool wants_name(const json::Value& object) {
  return api::text_at(object, {"metadata", "name"}).empty() &&
         !api::text_at(object, {"metadata", "generateName"}).empty();
}

json::Value with_name(json::Value object, std::string_view name) {
  object.get_object()["metadata"].get_object()["name"] = name;
  return object;
}

}  // namespace

std::string Registry::now() {
  return format_time(parts_.clock.now());
}

api::ApiResult<Current> Registry::current(const api::Kind& kind, const ObjectId& id) {
  auto entry = parts_.store.get(object_key(kind, id));
  if (!entry) {
    if (entry.error().code == Code::not_found) return tl::unexpected(api::not_found(kind, id.name));
    return tl::unexpected(api::internal_error(entry.error()));
  }
  auto object = decode_entry(kind, *entry);
  if (!object) return tl::unexpected(api::internal_error(object.error()));
  return Current{.entry = std::move(*entry), .object = std::move(*object)};
}

api::ApiResult<json::Value> Registry::get(const api::Kind& kind, const ObjectId& id) {
  auto found = current(kind, id);
  if (!found) return tl::unexpected(std::move(found).error());
  return std::move(found->object);
}

api::ApiResult<void> Registry::check_namespace(const api::Kind& kind, std::string_view name_space,
                                               const json::Value& object) {
  if (!kind.namespaced) return {};
  const api::Kind* namespaces = parts_.kinds.find("", "v1", "namespaces");
  auto found = current(*namespaces, {.name_space = "", .name = std::string(name_space)});
  if (!found) return tl::unexpected(std::move(found).error());
  if (!is_being_deleted(found->object)) return {};
  const std::string name(api::text_at(object, {"metadata", "name"}));
  api::ApiError error = api::forbidden(
      kind, name,
      fmt::format("unable to create new content in namespace {} because it is being terminated", name_space));
  error.causes.push_back({.reason = "NamespaceTerminating",
                          .message = fmt::format("namespace {} is being terminated", name_space),
                          .field = "metadata.namespace"});
  return tl::unexpected(std::move(error));
}

api::ApiResult<api::RuleOutcome> Registry::check_rules(const api::Kind& kind, const json::Value& object,
                                                       const json::Value* before, const WriteOptions& options) {
  const RuleObjects objects(parts_.store, parts_.kinds);
  auto outcome = api::check_rules(
      {.kind = kind, .object = object, .before = before, .by_server = options.by_server, .may_know = options.may_know},
      objects, parts_.hooks);
  if (!outcome) return tl::unexpected(api::internal_error(outcome.error()));
  if (!outcome->causes.empty())
    return tl::unexpected(api::invalid(kind, id_of(object).name, std::move(outcome->causes)));
  return std::move(*outcome);
}

api::ApiResult<std::optional<store::Revision>> Registry::replace(const std::string& key, store::Revision read,
                                                                 std::optional<std::string> bytes,
                                                                 const std::optional<store::Condition>& only_while) {
  store::Transaction transaction{.conditions = {{.key = key, .modified = read}},
                                 .writes = {{.key = key, .value = std::move(bytes)}}};
  if (only_while) transaction.conditions.push_back(*only_while);
  auto outcome = parts_.store.commit(transaction);
  if (!outcome) return tl::unexpected(api::internal_error(outcome.error()));
  if (!outcome->committed && only_while && !still_holds(*only_while, outcome->current))
    return tl::unexpected(claim_lost(*only_while));
  if (!outcome->committed) return std::nullopt;
  return outcome->revision;
}

api::ApiResult<store::Revision> Registry::keys_changed() {
  const auto entry = parts_.store.get(std::string(kKeysChanged));
  if (entry) return entry->modified;
  if (entry.error().code == Code::not_found) return store::Revision{0};
  return tl::unexpected(api::internal_error(entry.error()));
}

api::ApiResult<Registry::Added> Registry::add(const std::string& key, std::string bytes, const api::RuleOutcome& rules,
                                              store::Revision keys, const std::optional<store::Condition>& only_while) {
  store::Transaction transaction{.conditions = {{.key = key, .modified = 0}}, .writes = {}};
  if (only_while) transaction.conditions.push_back(*only_while);
  for (const api::RuleOutcome::Absent& each : rules.absent) {
    const auto kind = std::find_if(parts_.kinds.all().begin(), parts_.kinds.all().end(),
                                   [&](const api::Kind& other) { return other.kind == each.kind; });
    transaction.conditions.push_back({.key = object_key(*kind, {.name_space = "", .name = each.name}), .modified = 0});
  }
  if (rules.depends_on_keys) transaction.conditions.push_back({.key = std::string(kKeysChanged), .modified = keys});
  if (rules.changes_keys) transaction.writes.push_back({.key = std::string(kKeysChanged), .value = key});
  transaction.writes.push_back({.key = key, .value = std::move(bytes)});
  auto outcome = parts_.store.commit(transaction);
  if (!outcome) return tl::unexpected(api::internal_error(outcome.error()));
  if (outcome->committed) return Added{.revision = outcome->revision};
  if (only_while && !still_holds(*only_while, outcome->current)) return tl::unexpected(claim_lost(*only_while));
  const bool taken = std::any_of(outcome->current.begin(), outcome->current.end(),
                                 [&](const store::Entry& each) { return each.key == key; });
  return Added{.revision = {}, .taken = taken};
}

api::ApiResult<Written> Registry::create(const api::Kind& kind, std::string_view name_space, json::Value object,
                                         const WriteOptions& options) {
  if (auto there = check_namespace(kind, name_space, object); !there) return tl::unexpected(std::move(there).error());
  const bool generate = wants_name(object);
  int names = generate ? kMostNames : 1;
  for (int tries = 0; names > 0 && tries < kMostTries; ++tries) {
    json::Value named =
        generate
            ? with_name(object, api::generated_name(api::text_at(object, {"metadata", "generateName"}), parts_.random))
            : object;
    const WriteInfo info{.manager = options.manager,
                         .subresource = "",
                         .now = now(),
                         .applied = options.applied,
                         .status = options.status};
    if (kind.kind == "Secret") merge_string_data(named);
    auto admitted = admit_create(kind, std::move(named), name_space, api::new_uid(parts_.random), info);
    if (!admitted) return tl::unexpected(std::move(admitted).error());
    const auto keys = kind.kind == "Cluster" ? keys_changed() : api::ApiResult<store::Revision>(0);
    if (!keys) return tl::unexpected(keys.error());
    auto rules = check_rules(kind, *admitted, nullptr, options);
    if (!rules) return tl::unexpected(std::move(rules).error());
    const ObjectId id = id_of(*admitted);
    auto encoded = encode(kind, std::move(*admitted), nullptr, id, parts_.sealer, parts_.random);
    if (!encoded) return tl::unexpected(std::move(encoded).error());
    const std::string key = object_key(kind, id);
    if (options.dry_run) {
      if (parts_.store.get(key)) return tl::unexpected(api::already_exists(kind, id.name));
      return Written{.object = std::move((*encoded)->shown), .created = true, .warnings = std::move(rules->warnings)};
    }
    auto added = add(key, std::move((*encoded)->bytes), *rules, *keys, options.only_while);
    if (!added) return tl::unexpected(std::move(added).error());
    if (added->revision) {
      return Written{.object = with_revision(std::move((*encoded)->shown), *added->revision),
                     .created = true,
                     .warnings = std::move(rules->warnings)};
    }
    if (!added->taken) continue;
    if (!generate) return tl::unexpected(api::already_exists(kind, id.name));
    --names;
  }
  if (names > 0) return tl::unexpected(too_busy(kind, {.name_space = "", .name = ""}));
  return tl::unexpected(api::already_exists(kind, std::string(api::text_at(object, {"metadata", "generateName"}))));
}

api::ApiResult<std::optional<Written>> Registry::try_update(const api::Kind& kind, const ObjectId& id,
                                                            const Change& change, const WriteOptions& options) {
  auto found = current(kind, id);
  if (!found) return tl::unexpected(std::move(found).error());
  auto wanted = change(found->object);
  if (!wanted) return tl::unexpected(std::move(wanted).error());
  if (kind.kind == "Secret") merge_string_data(*wanted);
  const WriteInfo info{
      .manager = options.manager, .subresource = options.subresource, .now = now(), .applied = options.applied};
  auto admitted = admit_update(kind, found->object, std::move(*wanted), info);
  if (!admitted) return tl::unexpected(std::move(admitted).error());
  auto rules = check_rules(kind, *admitted, &found->object, options);
  if (!rules) return tl::unexpected(std::move(rules).error());
  auto encoded = encode(kind, std::move(*admitted), &*found, id, parts_.sealer, parts_.random);
  if (!encoded) return tl::unexpected(std::move(encoded).error());
  if (!*encoded) return Written{.object = std::move(found->object), .warnings = std::move(rules->warnings)};
  Written written{.object = std::move((*encoded)->shown), .warnings = std::move(rules->warnings)};
  written.removed = is_being_deleted(written.object) && !has_finalizers(written.object) && !is_namespace(kind);
  if (options.dry_run) {
    written.object = with_revision(std::move(written.object), found->entry.modified);
    return written;
  }
  std::optional<std::string> bytes;
  if (!written.removed) bytes = std::move((*encoded)->bytes);
  auto revision = replace(found->entry.key, found->entry.modified, std::move(bytes), options.only_while);
  if (!revision) return tl::unexpected(std::move(revision).error());
  if (!*revision) return std::nullopt;
  written.object = with_revision(std::move(written.object), **revision);
  return written;
}

api::ApiResult<Written> Registry::update(const api::Kind& kind, const ObjectId& id, const Change& change,
                                         const WriteOptions& options) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    auto written = try_update(kind, id, change, options);
    if (!written) return tl::unexpected(std::move(written).error());
    if (*written) return std::move(**written);
  }
  return tl::unexpected(too_busy(kind, id));
}

api::ApiResult<std::optional<Deleted>> Registry::try_remove(const api::Kind& kind, const ObjectId& id,
                                                            const DeleteOptions& options) {
  auto found = current(kind, id);
  if (!found) return tl::unexpected(std::move(found).error());
  const std::string_view uid = api::text_at(found->object, {"metadata", "uid"});
  if (!options.uid.empty() && options.uid != uid) {
    return tl::unexpected(api::conflict(
        kind, id.name,
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", options.uid, uid)));
  }
  if (!options.resource_version.empty() && options.resource_version != fmt::to_string(found->entry.modified))
    return tl::unexpected(api::modified_conflict(kind, id.name));
  const bool waits = has_finalizers(found->object) || (is_namespace(kind) && !options.emptied);
  if (waits && is_being_deleted(found->object)) return Deleted{.object = std::move(found->object)};
  if (options.objection && !is_being_deleted(found->object)) {
    if (auto error = options.objection(found->object)) return tl::unexpected(std::move(*error));
  }
  json::Value after = waits ? begin_deletion(kind, found->object, now()) : found->object;
  if (options.dry_run) return Deleted{.object = std::move(after), .removed = !waits};
  std::optional<std::string> bytes;
  if (waits) {
    auto encoded = encode(kind, after, &*found, id, parts_.sealer, parts_.random);
    if (!encoded) return tl::unexpected(std::move(encoded).error());
    bytes = std::move((*encoded)->bytes);
  }
  auto revision = replace(found->entry.key, found->entry.modified, std::move(bytes), options.only_while);
  if (!revision) return tl::unexpected(std::move(revision).error());
  if (!*revision) return std::nullopt;
  return Deleted{.object = with_revision(std::move(after), **revision), .removed = !waits};
}

api::ApiResult<Deleted> Registry::remove(const api::Kind& kind, const ObjectId& id, const DeleteOptions& options) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    auto deleted = try_remove(kind, id, options);
    if (!deleted) return tl::unexpected(std::move(deleted).error());
    if (*deleted) return std::move(**deleted);
  }
  return tl::unexpected(too_busy(kind, id));
}

Result<std::map<std::string, Secret>> Registry::secret_values(const ObjectId& id) {
  const api::Kind* secrets = parts_.kinds.find("", "v1", "secrets");
  HF_ASSIGN(const store::Entry entry, parts_.store.get(object_key(*secrets, id)));
  HF_ASSIGN(const json::Value stored, decode_stored(entry));
  return open_values(stored, id, parts_.sealer);
}

}  // namespace holdfast::registry
