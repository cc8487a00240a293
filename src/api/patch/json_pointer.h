// RFC 6901: where in a document a JSON patch works.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/object.h"
#include "model/json.h"

namespace holdfast::api {

// The deepest body a request may have; a pointer with more parts, or a patched document that is deeper, is refused,
// since it could be stored but never be sent back.
constexpr std::size_t kMaxLevels = kBodyLimits.levels;

struct JsonPointer {
  std::vector<std::string> parts;  // unescaped; none: the whole document

  // Nothing when the text does not begin with '/', has a '~' without 0 or 1, or more than kMaxLevels parts.
  static std::optional<JsonPointer> parse(std::string_view text);

  // The value it points at; null when there is none.
  json::Value* find(json::Value& document) const;
  // Of the object or list that the last part is in. Not for the whole document.
  json::Value* find_parent(json::Value& document) const;
  bool is_below(const JsonPointer& other) const;
};

// A part as index into a list: digits without leading zeros. Nothing for anything else.
std::optional<std::size_t> list_index(std::string_view part);

}  // namespace holdfast::api
