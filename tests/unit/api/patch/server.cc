#include "unit/api/patch/server.h"

#include <fmt/format.h>

#include "api/patch/managed_fields.h"
#include "api/patch/merge_patch.h"

namespace holdfast::test {
namespace {

json::Value configuration(std::string_view text) {
  const json::Value value = parsed(text);
  if (!value.is_object()) return value;
  const json::Object& object = value.get_object();
  const bool whole = object.contains("metadata") || object.contains("spec") || object.contains("status");
  json::Object config = sample("{}").get_object();
  if (!whole) config["spec"] = value;
  if (!whole) return config;
  config.erase("spec");
  for (const auto& member : object) {
    if (member.key() != "metadata") config[member.key()] = member.value();
  }
  if (const json::Value* metadata = object.if_contains("metadata")) {
    for (const auto& member : metadata->get_object()) {
      config["metadata"].get_object()[member.key()] = member.value();
    }
  }
  return config;
}

}  // namespace

json::Value sample(std::string_view spec) {
  return json::Object{{"apiVersion", "kubermatic.k8c.io/v1"},
                      {"kind", "Sample"},
                      {"metadata", json::Object{{"name", "s"}, {"namespace", "ns"}}},
                      {"spec", parsed(spec)}};
}

std::string Server::now() const {
  return fmt::format("2026-11-21T10:{:02}:{:02}Z", changes_ / 60, changes_ % 60);
}

std::string Server::keep(api::ApiResult<json::Value> result) {
  error_.reset();
  if (!result) {
    error_ = result.error();
    return error_->message;
  }
  const bool changed = !object_ || !json::equal(*object_, *result);
  object_ = *std::move(result);
  if (changed) ++changes_;
  return changed ? "changed" : "unchanged";
}

std::string Server::apply(std::string_view manager, std::string_view config) {
  return apply(manager, config, Options{});
}

std::string Server::apply(std::string_view manager, std::string_view config, const Options& options) {
  return keep(api::server_side_apply(
      kind_, object_ ? &*object_ : nullptr, configuration(config),
      {.manager = std::string(manager), .force = options.force, .subresource = options.subresource, .now = now()}));
}

std::string Server::write(std::string_view manager, std::string_view object, std::string_view subresource) {
  return keep(api::track_write(kind_, object_ ? &*object_ : nullptr, configuration(object),
                               {std::string(manager), std::string(subresource), now()}));
}

std::string Server::patch(std::string_view manager, std::string_view patch, std::string_view subresource) {
  return keep(api::track_write(kind_, &*object_, api::merge_values(*object_, parsed(patch)),
                               {std::string(manager), std::string(subresource), now()}));
}

json::Value Server::object() const {
  json::Value copy(*object_);
  api::drop_managed_fields(copy);
  return copy;
}

std::string Server::spec() const {
  const json::Value* spec = object_->get_object().if_contains("spec");
  return spec == nullptr ? "none" : canonical(*spec);
}

std::string Server::owners() const {
  std::string text;
  const auto managed = api::ManagedFields::of_stored(*object_);
  for (const api::ManagedEntry& entry : managed.entries()) {
    text += entry.operation == api::ManagerOperation::apply ? "Apply " : "Update ";
    text += entry.manager + (entry.subresource.empty() ? "" : " " + entry.subresource) + ":";
    entry.fields.for_each([&](const api::FieldPath& path) { text += " " + api::path_text(path); });
    text += "\n";
  }
  return text;
}

}  // namespace holdfast::test
