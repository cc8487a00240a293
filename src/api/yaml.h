// YAML as JSON values, in bounded time and memory, whoever wrote it.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

constexpr std::size_t kMostYamlLevels = 64;
constexpr std::size_t kMostYamlValues = 1'000'000;  // aliases counted where they are used

// One YAML document of at most `limit` bytes; null when there is nothing in it. Plain scalars are typed by the core
// schema of YAML 1.2 (null, true, false, integers, floats), quoted ones are text; merge keys ("<<") are carried out.
// Code::corrupt names the line, counted from `first_line`, and repeats nothing of the text: any file may have been
// named by mistake.
Result<json::Value> parse_yaml(std::string_view text, std::size_t limit, int first_line = 1);

}  // namespace holdfast::api
