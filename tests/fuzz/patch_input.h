// For the fuzz targets of patches: one input is two JSON texts, divided by a zero byte.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/object.h"
#include "base/bytes.h"
#include "model/json.h"
#include "model/json_canonical.h"

namespace holdfast::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline std::optional<json::Value> read_json(std::string_view text) {
  std::vector<std::string> duplicates;
  auto value = json::parse_with_duplicates(text, {kMiB, api::kBodyLimits.levels}, duplicates);
  if (!value || !duplicates.empty()) return std::nullopt;
  return *std::move(value);
}

struct PatchInput {
  json::Value object;
  json::Value patch;
};

inline std::optional<PatchInput> read_patch_input(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const std::size_t end = std::min(text.find('\0'), text.size());
  auto object = read_json(text.substr(0, end));
  auto patch = read_json(text.substr(std::min(end + 1, text.size())));
  if (!object || !patch) return std::nullopt;
  return PatchInput{*std::move(object), *std::move(patch)};
}

// What a patch made can be stored and read again.
inline void require_readable(const json::Value& value) {
  std::vector<std::string> duplicates;
  require(json::parse_with_duplicates(json::to_string(value), {64 * kMiB, api::kBodyLimits.levels}, duplicates)
              .has_value());
}

// Numbers that are not whole may lose their last digit in writing: they are not compared.
inline bool equal(const json::Value& a, const json::Value& b) {
  return json::to_canonical_string(a) == json::to_canonical_string(b);
}

}  // namespace holdfast::fuzz
