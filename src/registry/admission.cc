#include "registry/admission.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/fields.h"
#include "api/object.h"
#include "api/patch/managed_fields.h"
#include "api/patch/track_write.h"
#include "api/patch/unprocessable.h"

namespace holdfast::registry {
namespace {

constexpr std::string_view kStatus = "status";

json::Object& metadata_of(json::Value& object) {
  json::Value& metadata = object.get_object()["metadata"];
  if (!metadata.is_object()) metadata = json::Object();
  return metadata.get_object();
}

void copy_or_erase(json::Object& to, const json::Object* from, std::string_view name) {
  const json::Value* value = from == nullptr ? nullptr : from->if_contains(name);
  if (value == nullptr) {
    to.erase(name);
  } else {
    to[name] = *value;
  }
}

// An object's namespace must be that of the request; none is taken to be it.
api::ApiResult<void> set_namespace(const api::Kind& kind, json::Object& metadata, std::string_view name_space) {
  if (!kind.namespaced) {
    metadata.erase("namespace");
    return {};
  }
  const json::Value* own = metadata.if_contains("namespace");
  if (own != nullptr && own->is_string() && !own->get_string().empty() && own->get_string() != name_space) {
    return tl::unexpected(
        api::bad_request("the namespace of the provided object does not match the namespace sent on the request"));
  }
  metadata["namespace"] = name_space;
  return {};
}

// What belongs to the server, whatever the client sent.
void keep_server_fields(json::Object& metadata, const json::Object* before) {
  for (const std::string_view name : {"name", "namespace", "generateName", "uid", "creationTimestamp", "generation",
                                      "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    copy_or_erase(metadata, before, name);
  }
  for (const std::string_view name : {"resourceVersion", "selfLink"})
    metadata.erase(name);
}

std::int64_t generation_of(const json::Value& object) {
  const json::Value* value = api::field_at(object, {"metadata", "generation"});
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

// Does `b` have everything that `a` wishes for, as it is there?
bool has_wishes_of(const json::Object& a, const json::Object& b) {
  return std::all_of(a.begin(), a.end(), [&](const auto& member) {
    if (member.key() == "metadata" || member.key() == kStatus) return true;
    const json::Value* other = b.if_contains(member.key());
    return other != nullptr && *other == member.value();
  });
}

bool differs_in_wish(const json::Value& a, const json::Value& b) {
  return !has_wishes_of(a.get_object(), b.get_object()) || !has_wishes_of(b.get_object(), a.get_object());
}

api::ApiResult<json::Value> tracked(const api::Kind& kind, const json::Value* before, json::Value object,
                                    const WriteInfo& info) {
  if (info.applied) return object;
  const api::Writer writer{.manager = info.manager, .subresource = info.subresource, .now = info.now};
  return api::track_write(kind, before, std::move(object), writer);
}

api::ApiError refuse(const api::Kind& kind, const json::Value& object, std::vector<api::Cause> causes) {
  const ObjectId id = id_of(object);
  const std::string_view prefix = api::text_at(object, {"metadata", "generateName"});
  return api::invalid(kind, id.name.empty() ? prefix : id.name, std::move(causes));
}

// 409 when the client's uid or resourceVersion is given and another.
api::ApiResult<void> check_preconditions(const api::Kind& kind, const json::Value& before, const json::Value& object) {
  const ObjectId id = id_of(before);
  const std::string_view uid = api::text_at(object, {"metadata", "uid"});
  const std::string_view own = api::text_at(before, {"metadata", "uid"});
  if (!uid.empty() && uid != own) {
    return tl::unexpected(api::conflict(
        kind, id.name, fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", uid, own)));
  }
  const std::string_view version = api::text_at(object, {"metadata", "resourceVersion"});
  if (!version.empty() && version != api::text_at(before, {"metadata", "resourceVersion"}))
    return tl::unexpected(api::modified_conflict(kind, id.name));
  return {};
}

api::ApiResult<void> check_same_id(const json::Value& before, const json::Value& object) {
  const ObjectId own = id_of(before);
  const ObjectId given = id_of(object);
  if (given.name != own.name) {
    return tl::unexpected(api::bad_request(
        fmt::format("the name of the object ({}) does not match the name on the URL ({})", given.name, own.name)));
  }
  if (!given.name_space.empty() && given.name_space != own.name_space) {
    return tl::unexpected(
        api::bad_request("the namespace of the provided object does not match the namespace sent on the request"));
  }
  return {};
}

// The part of `object` that this write may change, laid into `before`.
json::Value changed_part(const api::Kind& kind, const json::Value& before, json::Value object, const WriteInfo& info) {
  const json::Object& old = before.get_object();
  if (info.subresource == kStatus) {
    json::Value result = before;
    copy_or_erase(result.get_object(), &object.get_object(), kStatus);
    if (info.applied) {
      json::Value written = std::move(object);
      copy_or_erase(metadata_of(result), &metadata_of(written), "managedFields");
    }
    metadata_of(result).erase("resourceVersion");
    return result;
  }
  if (kind.status_subresource) copy_or_erase(object.get_object(), &old, kStatus);
  keep_server_fields(metadata_of(object), api::object_at(before, {"metadata"}));
  return object;
}

// What clients expect of a Namespace that is in use.
void complete_namespace(json::Object& object) {
  object["spec"] = json::Object{{"finalizers", json::Array{"kubernetes"}}};
  object["status"] = json::Object{{"phase", "Active"}};
  json::Object& metadata = object["metadata"].get_object();
  json::Value& labels = metadata["labels"];
  if (!labels.is_object()) labels = json::Object();
  if (const json::Value* name = metadata.if_contains("name"))
    labels.get_object()["kubernetes.io/metadata.name"] = *name;
}

}  // namespace

bool is_namespace(const api::Kind& kind) {
  return kind.kind == "Namespace" && kind.group_version.group.empty();
}

ObjectId id_of(const json::Value& object) {
  return {.name_space = std::string(api::text_at(object, {"metadata", "namespace"})),
          .name = std::string(api::text_at(object, {"metadata", "name"}))};
}

bool is_being_deleted(const json::Value& object) {
  return !api::text_at(object, {"metadata", "deletionTimestamp"}).empty();
}

bool has_finalizers(const json::Value& object) {
  const json::Array* finalizers = api::array_at(object, {"metadata", "finalizers"});
  return finalizers != nullptr && !finalizers->empty();
}

api::ApiResult<json::Value> admit_create(const api::Kind& kind, json::Value object, std::string_view name_space,
                                         std::string_view uid, const WriteInfo& info) {
  json::Object& metadata = metadata_of(object);
  if (auto named = set_namespace(kind, metadata, name_space); !named) return tl::unexpected(std::move(named).error());
  for (const std::string_view name : {"resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"})
    metadata.erase(name);
  metadata["uid"] = uid;
  metadata["creationTimestamp"] = info.now;
  metadata.erase("generation");
  if (kind.generation) metadata["generation"] = std::int64_t{1};
  if (kind.status_subresource) object.get_object().erase(kStatus);
  if (is_namespace(kind)) complete_namespace(object.get_object());
  api::apply_defaults(kind, object);
  if (auto causes = api::validate(kind, object); !causes.empty())
    return tl::unexpected(refuse(kind, object, std::move(causes)));
  auto result = tracked(kind, nullptr, std::move(object), info);
  if (!result) return tl::unexpected(api::complete(std::move(result).error(), kind, ""));
  if (!info.status.is_null()) result->get_object()[kStatus] = info.status;  // nobody's but the server's
  return result;
}

api::ApiResult<json::Value> admit_update(const api::Kind& kind, const json::Value& before, json::Value object,
                                         const WriteInfo& info) {
  if (auto same = check_same_id(before, object); !same) return tl::unexpected(std::move(same).error());
  if (auto good = check_preconditions(kind, before, object); !good) return tl::unexpected(std::move(good).error());
  if (auto causes = api::validate_change(before, object); info.subresource.empty() && !causes.empty())
    return tl::unexpected(refuse(kind, before, std::move(causes)));
  json::Value after = changed_part(kind, before, std::move(object), info);
  api::apply_defaults(kind, after);
  if (auto causes = api::validate(kind, after); !causes.empty())
    return tl::unexpected(refuse(kind, before, std::move(causes)));
  if (kind.generation && differs_in_wish(before, after)) metadata_of(after)["generation"] = generation_of(before) + 1;
  auto result = tracked(kind, &before, std::move(after), info);
  if (!result) return tl::unexpected(api::complete(std::move(result).error(), kind, id_of(before).name));
  copy_or_erase(metadata_of(*result), api::object_at(before, {"metadata"}), "resourceVersion");
  return result;
}

json::Value begin_deletion(const api::Kind& kind, json::Value object, std::string_view now) {
  if (is_being_deleted(object)) return object;
  if (kind.generation) metadata_of(object)["generation"] = generation_of(object) + 1;
  metadata_of(object)["deletionTimestamp"] = now;
  metadata_of(object)["deletionGracePeriodSeconds"] = std::int64_t{0};
  if (is_namespace(kind)) object.get_object()[kStatus] = json::Object{{"phase", "Terminating"}};
  return object;
}

}  // namespace holdfast::registry
