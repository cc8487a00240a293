#include "api/patch/server_side_apply.h"

#include <utility>
#include <vector>

#include "api/patch/apply_config.h"
#include "api/patch/apply_conflict.h"
#include "api/patch/last_applied.h"
#include "api/patch/managed_fields.h"
#include "api/patch/object_fields.h"
#include "api/patch/overlay.h"
#include "api/patch/unprocessable.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kBeforeFirstApply = "before-first-apply";

std::string metadata_text(const json::Value& object, std::string_view name) {
  const json::Value* metadata = object.is_object() ? object.get_object().if_contains("metadata") : nullptr;
  const json::Value* value =
      metadata != nullptr && metadata->is_object() ? metadata->get_object().if_contains(name) : nullptr;
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// An object that does not exist yet: what names it, and nothing else.
json::Value named_like(const json::Value& config) {
  json::Object object;
  for (const std::string_view name : {"apiVersion", "kind"}) {
    if (const json::Value* value = config.get_object().if_contains(name)) object.emplace(name, *value);
  }
  json::Object metadata;
  for (const std::string_view name : {"name", "namespace"}) {
    const std::string text = metadata_text(config, name);
    if (!text.empty()) metadata.emplace(name, text);
  }
  object.emplace("metadata", std::move(metadata));
  return object;
}

class Apply {
 public:
  Apply(const Kind& kind, const json::Value& live, json::Value config, const ApplyRequest& request)
      : root_(Place::whole_object(*kind.schema)),
        live_(live),
        config_(std::move(config)),
        self_{.manager = request.manager,
              .operation = ManagerOperation::apply,
              .api_version = kind.group_version.to_string(),
              .time = request.now,
              .subresource = request.subresource,
              .fields = fields_of(root_, config_)},
        managed_(ManagedFields::of_stored(live)) {}

  void attribute_untracked() {
    if (!managed_.entries().empty()) return;
    managed_.entries().push_back({.manager = std::string(kBeforeFirstApply),
                                  .operation = ManagerOperation::update,
                                  .api_version = self_.api_version,
                                  .time = self_.time,
                                  .subresource = {},
                                  .fields = changes_between(root_, json::Object(), live_).written});
  }

  std::vector<ApplyConflict> conflicts() {
    const FieldSet changed = differing(root_, live_, config_, self_.fields);
    std::vector<ApplyConflict> found;
    for (ManagedEntry& entry : managed_.entries()) {
      if (entry.is_of(self_)) continue;
      FieldSet fields = intersect(changed, entry.fields);
      if (!fields.empty()) found.push_back({&entry, std::move(fields)});
    }
    return found;
  }

  // The conflicts that kubectl may not settle by itself.
  std::vector<ApplyConflict> remaining(const std::vector<ApplyConflict>& conflicts) const {
    if (self_.manager != kKubectl) return conflicts;
    const FieldSet allowed = still_as_applied(root_, live_);
    std::vector<ApplyConflict> left;
    for (const ApplyConflict& conflict : conflicts) {
      FieldSet fields = subtract(conflict.fields, allowed);
      if (!fields.empty()) left.push_back({conflict.owner, std::move(fields)});
    }
    return left;
  }

  json::Value merge(const std::vector<ApplyConflict>& taken) {
    for (const ApplyConflict& conflict : taken) {
      conflict.owner->fields = subtract(conflict.owner->fields, conflict.fields);
    }
    return without_given_up(overlay(root_, live_, config_));
  }

  // With managedFields; the same as before, time included, when neither fields nor entries changed.
  json::Value finish(json::Value merged) {
    if (ManagedEntry* before = managed_.find(self_); before != nullptr) {
      const bool same_fields = before->fields == self_.fields && before->api_version == self_.api_version;
      if (same_fields && unchanged(merged)) self_.time = before->time;
      *before = self_;
    } else {
      managed_.entries().push_back(self_);
    }
    managed_.store(merged);
    return merged;
  }

 private:
  json::Value without_given_up(const json::Value& merged) {
    const ManagedEntry* before = managed_.find(self_);
    if (before == nullptr) return merged;
    std::vector<FieldSet> owned{self_.fields};
    for (const ManagedEntry& entry : managed_.entries()) {
      if (&entry != before) owned.push_back(entry.fields);
    }
    FieldSet kept = unite_all(std::move(owned));
    kept.insert({field_element("metadata")});
    return without_fields(root_, merged, with_named_containers(root_, before->fields), kept);
  }

  bool unchanged(const json::Value& merged) const {
    json::Value before(live_);
    json::Value after(merged);
    drop_managed_fields(before);
    drop_managed_fields(after);
    return json::equal(before, after);
  }

  Place root_;
  const json::Value& live_;
  json::Value config_;
  ManagedEntry self_;
  ManagedFields managed_;
};

}  // namespace

ApiResult<json::Value> server_side_apply(const Kind& kind, const json::Value* live, const json::Value& config,
                                         const ApplyRequest& request) {
  if (auto causes = check_field_manager(request.manager, true); !causes.empty()) {
    return tl::unexpected(unprocessable(std::move(causes)));
  }
  auto read = read_apply_config(kind, config, request.subresource);
  if (!read) return tl::unexpected(std::move(read).error());
  const std::string version = metadata_text(config, "resourceVersion");
  if (!version.empty() && (live == nullptr || metadata_text(*live, "resourceVersion") != version)) {
    return tl::unexpected(modified_conflict(kind, metadata_text(config, "name")));
  }
  const json::Value before = live == nullptr ? named_like(config) : *live;
  Apply apply(kind, before, *std::move(read), request);
  if (live != nullptr) apply.attribute_untracked();
  const std::vector<ApplyConflict> conflicts = apply.conflicts();
  if (!request.force) {
    const auto remaining = apply.remaining(conflicts);
    if (!remaining.empty()) return tl::unexpected(apply_conflict(remaining));
  }
  json::Value merged = apply.merge(conflicts);
  if (request.manager == kKubectl && request.subresource.empty()) refresh_last_applied(merged, config);
  return apply.finish(std::move(merged));
}

}  // namespace holdfast::api
