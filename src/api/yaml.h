// YAML as JSON values. For files that belong to the program or to its administrator, never for bytes from anybody on
// the network: the parser below is not made for those.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

// One YAML document of at most `limit` bytes, 32 levels and 200,000 values (aliases counted where they are used). Plain
// scalars are typed by the core schema of YAML 1.2 (null, true, false, integers, floats); quoted ones are text.
// Code::corrupt names the line.
Result<json::Value> parse_yaml(std::string_view text, std::size_t limit);

// A plain scalar by these rules.
json::Value yaml_plain_scalar(const std::string& text);

}  // namespace holdfast::api
