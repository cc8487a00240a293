// What a field of a resource may be: the part of OpenAPI v3 / CustomResourceDefinition schemas that our kinds use. One
// tree per kind serves strict decoding, pruning, defaults, validation, apply's granularity, OpenAPI and `explain`.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

enum class SchemaType { object, array, string, integer, number, boolean, any };
enum class ListType { atomic, set, map };  // x-kubernetes-list-type

class Pattern;  // a compiled `pattern`

// One node. Immutable once built; children are shared.
struct Schema {
  SchemaType type = SchemaType::any;
  std::string description;
  std::string format;  // "date-time", "byte", "int32", "int64"
  std::vector<std::pair<std::string, std::shared_ptr<const Schema>>> properties;  // in the order of the file
  std::vector<std::string> required;
  std::shared_ptr<const Schema> additional;  // additionalProperties: the type of a map's values; null: not a map
  std::shared_ptr<const Schema> items;       // of an array
  std::optional<json::Value> default_value;
  std::vector<json::Value> enumeration;
  std::string pattern;                     // ECMAScript, unanchored; such a value has at most kMaxPatternInput bytes
  std::shared_ptr<const Pattern> matcher;  // of `pattern`; null: none
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::optional<std::uint64_t> min_length;
  std::optional<std::uint64_t> max_length;
  std::optional<std::uint64_t> min_items;
  std::optional<std::uint64_t> max_items;
  bool nullable = false;
  bool int_or_string = false;     // x-kubernetes-int-or-string
  bool preserve_unknown = false;  // x-kubernetes-preserve-unknown-fields
  bool atomic_map = false;        // x-kubernetes-map-type: atomic
  bool secret = false;            // x-holdfast-secret: no message shows the value of this or of what is in it
  ListType list_type = ListType::atomic;
  std::vector<std::string> list_map_keys;

  // The property's schema; null when there is none.
  const Schema* property(std::string_view name) const;
};

// A regular expression is tried on short text only: std::regex needs stack in proportion to its input.
constexpr std::size_t kMaxPatternInput = 1024;

// Does `pattern` match a part of `text`? No for a text longer than kMaxPatternInput.
bool matches(const Pattern& pattern, std::string_view text);

// Reads the schema of a kind file (the value of `openAPIV3Schema`). Code::corrupt names the path of what it does not
// know, so that a typing error in a kind file is found by the first test.
Result<std::shared_ptr<const Schema>> parse_schema(const json::Value& document);

// The schema as OpenAPI v3 wants it, with descriptions.
json::Value schema_to_openapi(const Schema& schema);

// "string", "integer", …; empty for SchemaType::any.
std::string_view type_name(SchemaType type);

}  // namespace holdfast::api
