#include "api/patch/apply_config.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/patch/managed_fields.h"
#include "api/patch/parts.h"
#include "api/patch/unprocessable.h"
#include "api/path.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kMaxCauses = 100;
constexpr std::size_t kMaxPathText = 300;

bool has_type(const Schema& schema, const json::Value& value) {
  if (schema.int_or_string) return value.is_string() || json::is_whole(value);
  switch (schema.type) {
    case SchemaType::object:
      return value.is_object();
    case SchemaType::array:
      return value.is_array();
    case SchemaType::string:
      return value.is_string();
    case SchemaType::integer:
      return json::is_whole(value);
    case SchemaType::number:
      return value.is_number();
    case SchemaType::boolean:
      return value.is_bool();
    case SchemaType::any:
      return true;
  }
  return true;
}

std::string_view type_of(const json::Value& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "list";
  if (value.is_string()) return "string";
  if (value.is_bool()) return "boolean";
  return value.is_null() ? "null" : "number";
}

std::string_view expected_type(const Schema& schema) {
  return schema.int_or_string ? "integer or string" : type_name(schema.type);
}

// Copies a configuration, leaving out nulls, and gathers what does not fit.
class ConfigReader {
 public:
  json::Value read(const Place& place, const json::Value& value) {
    const Schema* schema = place.schema();
    if (schema == nullptr) return value;
    if (value.is_null() && schema->nullable) return value;
    if (!has_type(*schema, value)) {
      complain("FieldValueTypeInvalid", fmt::format("expected {}, got {}", expected_type(*schema), type_of(value)));
      return value;
    }
    if (const auto* object = value.if_object()) return read_object(place, *object);
    if (const auto* array = value.if_array(); array != nullptr && schema->items != nullptr)
      return read_list(place, *array);
    return value;
  }

  std::vector<Cause> take_causes() { return std::move(causes_); }

 private:
  json::Value read_object(const Place& place, const json::Object& object) {
    json::Object kept;
    for (const auto& member : object) {
      const Place below = place.member(member.key());
      const bool known = below.schema() != nullptr;
      const bool nullable = known && below.schema()->nullable;
      if (member.value().is_null() && !nullable && (known || place.is_untracked(member.key()))) continue;
      path_.push_back(field_element(member.key()));
      if (known || place.is_open()) {
        kept.emplace(member.key(), read(below, member.value()));
      } else {
        complain("FieldValueInvalid", "field not declared in schema");
      }
      path_.pop_back();
    }
    return kept;
  }

  json::Value read_list(const Place& place, const json::Array& array) {
    json::Array kept;
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < array.size(); ++i) {
      path_.push_back(fmt::format("i:{}", i));
      kept.push_back(read(place.item(), array[i]));
      check_item(*place.schema(), kept.back(), seen);
      path_.pop_back();
    }
    return kept;
  }

  void check_item(const Schema& list, const json::Value& item, std::unordered_set<std::string>& seen) {
    if (list.list_type == ListType::atomic) return;
    const bool keyed = list.list_type == ListType::map;
    const json::Object key = keyed ? item_key(list, item) : json::Object();
    if (keyed && key.empty()) {
      complain("FieldValueRequired", fmt::format("the item lacks its key, {}", fmt::join(list.list_map_keys, ", ")));
    } else if (!keyed && !is_identity(item)) {
      complain("FieldValueTypeInvalid", "only texts, whole numbers and booleans can be members of a set");
    } else if (!seen.insert(keyed ? key_element(key) : value_element(item)).second) {
      complain("FieldValueDuplicate", "the list has this item already");
    }
  }

  void complain(std::string reason, std::string message) {
    if (causes_.size() == kMaxCauses) return;
    causes_.push_back(Cause{.reason = std::move(reason),
                            .message = std::move(message),
                            .field = shortened(path_text(path_), kMaxPathText)});
  }

  FieldPath path_;
  std::vector<Cause> causes_;
};

std::string text_at(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// "(ns/daily; kubermatic.k8c.io/v1, Kind=EtcdBackupConfig)"
std::string name_of(const Kind& kind, const json::Object& config) {
  const json::Value* metadata = config.if_contains("metadata");
  const json::Object none;
  const json::Object& names = metadata != nullptr && metadata->is_object() ? metadata->get_object() : none;
  const std::string space = text_at(names, "namespace");
  return fmt::format("({}{}{}; {}, Kind={})", shortened(space, 100), space.empty() ? "" : "/",
                     shortened(text_at(names, "name"), 300), kind.group_version.to_string(), kind.kind);
}

ApiError not_typed(const Kind& kind, const json::Object& config, std::vector<Cause> causes) {
  std::string message = fmt::format("failed to create typed patch object {}: ", name_of(kind, config));
  if (causes.size() == 1) {
    message += fmt::format("{}: {}", causes.front().field, causes.front().message);
  } else {
    message += "errors:";
    for (const Cause& cause : causes) {
      message += fmt::format("\n  {}: {}", cause.field, cause.message);
    }
  }
  ApiError error = unprocessable(std::move(causes));
  error.message = std::move(message);
  return error;
}

bool is_written(const Kind& kind, std::string_view member, std::string_view subresource) {
  if (subresource.empty()) return member != "status" || !kind.status_subresource;
  return member == subresource || member == "apiVersion" || member == "kind";
}

}  // namespace

ApiResult<json::Value> read_apply_config(const Kind& kind, const json::Value& config, std::string_view subresource) {
  const auto* object = config.if_object();
  if (object == nullptr) return tl::unexpected(bad_request("an apply patch is an object"));
  const json::Value* managed = managed_fields_of(config);
  if (managed != nullptr && !managed->is_null()) {
    return tl::unexpected(bad_request("metadata.managedFields must be nil"));
  }
  ConfigReader reader;
  const json::Value read = reader.read(Place::whole_object(*kind.schema), config);
  if (auto causes = reader.take_causes(); !causes.empty()) {
    return tl::unexpected(not_typed(kind, *object, std::move(causes)));
  }
  json::Object written;
  for (const auto& member : read.get_object()) {
    if (is_written(kind, member.key(), subresource)) written.emplace(member.key(), member.value());
  }
  return written;
}

}  // namespace holdfast::api
