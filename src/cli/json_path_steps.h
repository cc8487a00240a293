// Private to json_template.cc: the path between the braces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::cli {

struct NameStep {
  std::string name;
};
struct EveryStep {};  // [*]
struct DeepStep {     // ..name: at any depth
  std::string name;
};
struct SliceStep {  // [2] is [2:3]; negative numbers count from the end
  std::optional<std::int64_t> begin;
  std::optional<std::int64_t> end;
  bool single = false;
};
using PlainStep = std::variant<NameStep, EveryStep, DeepStep, SliceStep>;
struct FilterStep {  // [?(@.type=="Ready")]
  std::vector<PlainStep> path;
  std::string comparison;  // "==", "!=", "<", "<=", ">", ">="; empty: the path finds something
  json::Value wanted;
};
using PathStep = std::variant<NameStep, EveryStep, DeepStep, SliceStep, FilterStep>;
using Found = std::vector<const json::Value*>;

// ".items[*].metadata.name", with or without "@" or "$" at the beginning. Code::usage.
Result<std::vector<PathStep>> parse_path(std::string_view text);

// What the path leads to from one value.
Found follow_path(const std::vector<PathStep>& path, const json::Value& from);

}  // namespace holdfast::cli
