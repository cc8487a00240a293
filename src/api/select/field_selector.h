// fieldSelector: which objects, by the few of their fields that may be asked for.
//   k=v  k==v  k!=v, joined by commas that mean "and"; '\' makes the next ',', '=' or '\' a part of the value
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

struct FieldRequirement {
  std::string field;  // "metadata.name"
  std::string value;
  bool equal = true;
  friend bool operator==(const FieldRequirement&, const FieldRequirement&) = default;
};

class FieldSelector {
 public:
  FieldSelector() = default;  // selects everything
  // `selectable`: the kind's fields besides metadata.name and metadata.namespace.
  // 400: "field label not supported: spec.name", or no such grammar. Empty text selects everything.
  static ApiResult<FieldSelector> parse(std::string_view text, std::span<const std::string> selectable);

  // A field that is not there is "". Of Events, "source" means source.component.
  bool matches(const json::Value& object) const;
  bool everything() const { return requirements_.empty(); }
  // The value a field must have, so that one object can be looked up instead of all; nothing when it may have several.
  std::optional<std::string> required(std::string_view field) const;
  // parse() of it gives an equal selector.
  std::string to_string() const;
  friend bool operator==(const FieldSelector&, const FieldSelector&) = default;

 private:
  std::vector<FieldRequirement> requirements_;
};

}  // namespace holdfast::api
