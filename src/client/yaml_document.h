// Private to client/: YAML from people as JSON values, in bounded time and memory.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::client {

constexpr std::size_t kMostYamlLevels = 64;
constexpr std::size_t kMostYamlValues = 1'000'000;  // of one document; aliases counted where they are used

// Text of one YAML document without its markers ("---"). null when there is nothing in it. Scalars as api/yaml.h has
// them; merge keys ("<<") are carried out. Code::usage names the line, counted from `first_line`, and repeats nothing
// of the text: any file may have been named by mistake.
Result<json::Value> parse_yaml_document(std::string_view text, int first_line);

}  // namespace holdfast::client
