// What the schema of ObjectMeta cannot say.
#include <algorithm>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/names.h"
#include "api/object.h"
#include "api/schema_walk.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kMostAnnotationBytes = 256 * 1024;
constexpr std::string_view kSubdomainRule =
    "must be small letters, digits, '-' and '.', begin and end with a letter or digit, and have at most 253 characters "
    "(RFC 1123 subdomain)";
constexpr std::string_view kLabelRule =
    "must be small letters, digits and '-', begin and end with a letter or digit, and have at most 63 characters "
    "(RFC 1123 label)";
constexpr std::string_view kQualifiedRule =
    "must be a name of at most 63 letters, digits, '-', '_' and '.', with or without a DNS domain and a slash in front";
constexpr std::string_view kLabelValueRule =
    "must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, or empty";

const json::Object* object_member(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

const json::Array* array_member(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

std::string_view text_member(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

class MetadataCheck {
 public:
  MetadataCheck(const json::Object& metadata, std::vector<Cause>& causes) : metadata_(metadata), causes_(causes) {}

  void run(bool label_name) {
    check_name(label_name);
    check_namespace();
    check_labels();
    check_annotations();
    check_finalizers();
    check_owners();
  }

 private:
  void add(Cause cause) {
    if (causes_.size() < kMostNamed) causes_.push_back(std::move(cause));
  }

  void check_name(bool label_name) {
    const std::string_view name = text_member(metadata_, "name");
    if (name.empty()) return add(causes::required("metadata.name", "name or generateName is required"));
    const bool good = label_name ? is_dns_label(name) : is_dns_subdomain(name);
    if (!good) add(causes::invalid("metadata.name", json::Value(name), label_name ? kLabelRule : kSubdomainRule));
  }

  void check_namespace() {
    const std::string_view name = text_member(metadata_, "namespace");
    if (!name.empty() && !is_dns_label(name)) add(causes::invalid("metadata.namespace", json::Value(name), kLabelRule));
  }

  void check_labels() {
    const json::Object* labels = object_member(metadata_, "labels");
    if (labels == nullptr) return;
    for (const auto& label : *labels) {
      const std::string_view key = label.key();
      if (!is_qualified_name(key)) add(causes::invalid("metadata.labels", json::Value(key), kQualifiedRule));
      if (label.value().is_string() && !is_label_value(label.value().get_string()))
        add(causes::invalid("metadata.labels", label.value(), kLabelValueRule));
    }
  }

  void check_annotations() {
    const json::Object* annotations = object_member(metadata_, "annotations");
    if (annotations == nullptr) return;
    std::size_t bytes = 0;
    for (const auto& each : *annotations) {
      const std::string_view key = each.key();
      std::string lower(key);
      std::transform(lower.begin(), lower.end(), lower.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      if (!is_qualified_name(lower)) add(causes::invalid("metadata.annotations", json::Value(key), kQualifiedRule));
      bytes += key.size() + (each.value().is_string() ? each.value().get_string().size() : 0);
    }
    if (bytes > kMostAnnotationBytes) add(causes::too_long("metadata.annotations", kMostAnnotationBytes));
  }

  void check_finalizers() {
    const json::Array* finalizers = array_member(metadata_, "finalizers");
    if (finalizers == nullptr) return;
    for (std::size_t i = 0; i < finalizers->size(); ++i) {
      const json::Value& each = (*finalizers)[i];
      if (each.is_string() && !is_qualified_name(each.get_string()))
        add(causes::invalid(fmt::format("metadata.finalizers[{}]", i), each, kQualifiedRule));
    }
  }

  void check_owners() {
    const json::Array* owners = array_member(metadata_, "ownerReferences");
    if (owners == nullptr) return;
    std::size_t controllers = 0;
    for (std::size_t i = 0; i < owners->size(); ++i) {
      const json::Object* owner = (*owners)[i].if_object();
      if (owner == nullptr) continue;
      for (const std::string_view name : {"apiVersion", "kind", "name", "uid"}) {
        const json::Value* value = owner->if_contains(name);
        if (value != nullptr && value->is_string() && value->get_string().empty())
          add(causes::invalid(fmt::format("metadata.ownerReferences[{}].{}", i, name), *value, "must not be empty"));
      }
      const json::Value* controller = owner->if_contains("controller");
      if (controller != nullptr && controller->is_bool() && controller->get_bool()) ++controllers;
    }
    if (controllers > 1)
      add(causes::invalid("metadata.ownerReferences", json::Value(*owners), "only one owner can be the controller"));
  }

  const json::Object& metadata_;
  std::vector<Cause>& causes_;
};

const json::Object* metadata_of(const json::Value& object) {
  return object.is_object() ? object_member(object.get_object(), "metadata") : nullptr;
}

bool holds(const json::Array* array, const json::Value& value) {
  return array != nullptr && std::find(array->begin(), array->end(), value) != array->end();
}

}  // namespace

void validate_metadata(const json::Value& object, bool label_name, std::vector<Cause>& causes) {
  static const json::Object none;
  const json::Object* metadata = metadata_of(object);
  MetadataCheck(metadata == nullptr ? none : *metadata, causes).run(label_name);
}

std::vector<Cause> validate_change(const json::Value& before, const json::Value& after) {
  std::vector<Cause> causes;
  const json::Object* old_metadata = metadata_of(before);
  const json::Object* new_metadata = metadata_of(after);
  if (old_metadata == nullptr || new_metadata == nullptr) return causes;
  const std::string_view old_time = text_member(*old_metadata, "deletionTimestamp");
  const std::string_view new_time = text_member(*new_metadata, "deletionTimestamp");
  if (!new_time.empty() && new_time != old_time)
    causes.push_back(causes::immutable("metadata.deletionTimestamp", json::Value(new_time)));
  const json::Array* finalizers = array_member(*new_metadata, "finalizers");
  if (old_time.empty() || finalizers == nullptr) return causes;
  const json::Array* old_finalizers = array_member(*old_metadata, "finalizers");
  for (const json::Value& each : *finalizers) {
    if (causes.size() >= kMostNamed || holds(old_finalizers, each)) continue;
    causes.push_back(
        causes::forbidden("metadata.finalizers",
                          fmt::format("{} cannot be added while the object is being deleted", causes::shown(each))));
  }
  return causes;
}

}  // namespace holdfast::api
