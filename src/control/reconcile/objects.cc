#include "control/reconcile/objects.h"

#include <algorithm>

#include "api/names.h"

namespace holdfast::control {
namespace {

json::Array& finalizers_of(json::Value& object) {
  json::Value& list = member_of(object, "metadata")["finalizers"];
  return list.is_array() ? list.get_array() : list.emplace_array();
}

}  // namespace

std::string_view name_of(const json::Value& object) {
  return api::text_at(object, {"metadata", "name"});
}

std::string_view namespace_of(const json::Value& object) {
  return api::text_at(object, {"metadata", "namespace"});
}

std::string_view uid_of(const json::Value& object) {
  return api::text_at(object, {"metadata", "uid"});
}

std::int64_t generation_of(const json::Value& object) {
  return number_at(object, {"metadata", "generation"}).value_or(0);
}

std::string_view etcd_of_cluster(const json::Value& cluster) {
  return api::text_at(cluster, {"status", "etcd", "clusterID"});
}

std::string_view etcd_of_backup(const json::Value& backup) {
  const std::string_view id = api::text_at(backup, {"status", "clusterID"});
  return id == "0" ? std::string_view() : id;
}

bool is_going(const json::Value& object) {
  return !api::text_at(object, {"metadata", "deletionTimestamp"}).empty();
}

std::optional<Instant> time_at(const json::Value& object, api::FieldNames names) {
  const std::string_view text = api::text_at(object, names);
  if (text.empty()) return std::nullopt;
  const auto time = parse_time(text);
  if (!time) return std::nullopt;
  return to_instant(*time);
}

std::optional<std::int64_t> number_at(const json::Value& object, api::FieldNames names) {
  const json::Value* value = api::field_at(object, names);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<Instant> created(const json::Value& object) {
  return time_at(object, {"metadata", "creationTimestamp"});
}

json::Object& member_of(json::Object& object, std::string_view name) {
  json::Value& member = object[name];
  return member.is_object() ? member.get_object() : member.emplace_object();
}

json::Object& member_of(json::Value& object, std::string_view name) {
  return member_of(object.is_object() ? object.get_object() : object.emplace_object(), name);
}

json::Value new_object(TypeName type, std::string_view name_space, std::string_view name) {
  json::Object metadata{{"name", name}};
  if (!name_space.empty()) metadata["namespace"] = name_space;
  return json::Object{{"apiVersion", type.api_version}, {"kind", type.kind}, {"metadata", std::move(metadata)}};
}

bool has_finalizer(const json::Value& object, std::string_view finalizer) {
  const json::Array* list = api::array_at(object, {"metadata", "finalizers"});
  return list != nullptr && std::find(list->begin(), list->end(), json::Value(finalizer)) != list->end();
}

void add_finalizer(json::Value& object, std::string_view finalizer) {
  if (!has_finalizer(object, finalizer)) finalizers_of(object).emplace_back(finalizer);
}

void remove_finalizer(json::Value& object, std::string_view finalizer) {
  json::Array& list = finalizers_of(object);
  list.erase(std::remove(list.begin(), list.end(), json::Value(finalizer)), list.end());
}

void set_or_erase(json::Object& object, std::string_view name, std::string_view text) {
  if (text.empty()) {
    object.erase(name);
  } else {
    object[name] = text;
  }
}

void set_or_erase(json::Object& object, std::string_view name, std::optional<Instant> time) {
  set_or_erase(object, name, time ? format_instant(*time) : std::string());
}

std::string short_hash(std::string_view text) {
  // Numbers of http://www.isthe.com/chongo/tech/comp/fnv/
  std::uint64_t state = 14695981039346656037ULL;
  for (const char c : text)
    state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return fmt::format("{:016x}", state);
}

std::string resource_name(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, api::kMaxName)) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    name.push_back(upper ? static_cast<char>(c - 'A' + 'a') : fine ? c : '-');
  }
  if (api::is_dns_subdomain(name)) return name;
  // Something in it can stand nowhere in a name (two dots, a dash at an end): the hash keeps such names apart.
  std::replace(name.begin(), name.end(), '.', '-');
  const std::size_t begin = std::min(name.find_first_not_of('-'), name.size());
  name = "x-" + name.substr(begin, api::kMaxName - 20);
  return name + (name.ends_with('-') ? "" : "-") + short_hash(text);
}

}  // namespace holdfast::control
