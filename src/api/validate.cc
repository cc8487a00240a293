#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/object.h"
#include "api/schema_walk.h"
#include "base/bytes.h"
#include "base/units.h"

namespace holdfast::api {
namespace {

std::string_view name_of(json::Value const& value) {
  if (value.is_null()) return "null";
  if (value.is_string()) return "string";
  if (value.is_bool()) return "boolean";
  if (value.is_double()) return "number";
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  return "integer";
}

bool is_integer(const json::Value& value) {
  return value.is_int64() || value.is_uint64();
}

bool has_type(const Schema& schema, const json::Value& value) {
  if (schema.int_or_string) return is_integer(value) || value.is_string();
  switch (schema.type) {
    case SchemaType::object:
      return value.is_object();
    case SchemaType::array:
      return value.is_array();
    case SchemaType::string:
      return value.is_string();
    case SchemaType::integer:
      return is_integer(value);
    case SchemaType::number:
      return is_integer(value) || value.is_double();
    case SchemaType::boolean:
      return value.is_bool();
    case SchemaType::any:
      return true;
  }
  return false;
}

double to_double(const json::Value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return value.get_double();
}

// Characters of UTF-8 text.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// One value at one place.
class Check {
 public:
  Check(const Schema& schema, const json::Value& value, const Path& path, bool hidden, std::vector<Cause>& causes)
      : schema_(schema), value_(value), path_(path), hidden_(hidden || schema.secret), causes_(causes) {}

  void run() {
    if (full() || (value_.is_null() && schema_.nullable)) return;
    if (!has_type(schema_, value_)) {
      const std::string_view wanted = schema_.int_or_string ? "integer,string" : type_name(schema_.type);
      return add(causes::wrong_type(path_.to_string(), wanted, name_of(value_)));
    }
    check_enumeration();
    if (const auto* text = value_.if_string()) check_text({text->data(), text->size()});
    if (is_integer(value_) || value_.is_double()) check_number();
    if (const json::Array* array = value_.if_array()) check_array(*array);
    if (const json::Object* object = value_.if_object()) check_object(*object);
  }

 private:
  bool full() const { return causes_.size() >= kMostNamed; }

  void add(Cause cause) {
    if (!full()) causes_.push_back(std::move(cause));
  }

  void refuse(const std::string& what) {
    const std::string path = path_.to_string();
    const std::string detail = fmt::format("{} in body {}", path, what);
    add(hidden_ ? causes::invalid_hidden(path, detail) : causes::invalid(path, value_, detail));
  }

  void check_enumeration() {
    const auto& allowed = schema_.enumeration;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value_) != allowed.end()) return;
    std::vector<std::string> supported;
    for (const json::Value& each : allowed)
      supported.push_back(causes::shown(each));
    add(causes::not_supported(path_.to_string(), value_, supported));
  }

  void check_text(std::string_view text) {
    if (schema_.max_length && length(text) > *schema_.max_length)
      return add(causes::too_long(path_.to_string(), *schema_.max_length));
    if (schema_.min_length && length(text) < *schema_.min_length)
      refuse(fmt::format("should be at least {} chars long", *schema_.min_length));
    if (schema_.matcher && !matches(*schema_.matcher, text)) refuse(fmt::format("should match '{}'", schema_.pattern));
    Bytes ignored;
    if (schema_.format == "date-time" && !parse_time(text)) wrong_format(text);
    if (schema_.format == "byte" && !from_base64(text, true, ignored)) wrong_format(text);
  }

  void wrong_format(std::string_view text) {
    const std::string shown = hidden_ ? "<hidden>" : shortened(text, 200);
    add(causes::wrong_type(path_.to_string(), schema_.format, shown));
  }

  void check_number() {
    const double number = to_double(value_);
    if (value_.is_uint64() || (schema_.format == "int32" && (number < -2147483648.0 || number > 2147483647.0)))
      return refuse(fmt::format("must fit into {}", schema_.format.empty() ? "int64" : schema_.format));
    if (schema_.minimum && number < *schema_.minimum)
      refuse(fmt::format("should be greater than or equal to {}", *schema_.minimum));
    if (schema_.maximum && number > *schema_.maximum)
      refuse(fmt::format("should be less than or equal to {}", *schema_.maximum));
  }

  void check_array(const json::Array& array) {
    if (schema_.max_items && array.size() > *schema_.max_items)
      return add(causes::too_many(path_.to_string(), array.size(), *schema_.max_items));
    if (schema_.min_items && array.size() < *schema_.min_items)
      refuse(fmt::format("should have at least {} items", *schema_.min_items));
    if (!schema_.items) return;
    for (std::size_t i = 0; i < array.size() && !full(); ++i)
      Check(*schema_.items, array[i], Path(path_, i), hidden_, causes_).run();
    if (schema_.list_type != ListType::atomic) check_duplicates(array);
  }

  // What makes two items of the list the same.
  json::Value identity(const json::Value& item) const {
    if (schema_.list_type == ListType::set || !item.is_object()) return item;
    json::Object keys;
    for (const std::string& name : schema_.list_map_keys) {
      if (const json::Value* key = item.get_object().if_contains(name)) keys[name] = *key;
    }
    return keys;
  }

  void check_duplicates(const json::Array& array) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < array.size() && !full(); ++i) {
      const json::Value key = identity(array[i]);
      if (seen.insert(json::to_string(key)).second) continue;
      add(causes::duplicate(Path(path_, i).to_string(), hidden_ ? json::Value("<hidden>") : key));
    }
  }

  void check_object(const json::Object& object) {
    for (const std::string& name : schema_.required) {
      if (!object.contains(name)) add(causes::required(Path(path_, name).to_string()));
    }
    for (const auto& member : object) {
      if (full()) return;
      const Schema* child = schema_.property(member.key());
      if (child == nullptr) child = schema_.additional.get();
      if (child != nullptr) Check(*child, member.value(), Path(path_, member.key()), hidden_, causes_).run();
    }
  }

  const Schema& schema_;
  const json::Value& value_;
  const Path& path_;
  const bool hidden_;
  std::vector<Cause>& causes_;
};

}  // namespace

void validate_value(const Schema& schema, const json::Value& value, const Path& path, bool hidden,
                    std::vector<Cause>& causes) {
  Check(schema, value, path, hidden, causes).run();
}

}  // namespace holdfast::api
