// JSON documents as YAML 1.2 block style, for `-o yaml`.
#pragma once

#include <string>

#include "model/json.h"

namespace holdfast::cli {

// Text is quoted whenever a YAML 1.1 or 1.2 reader could take it for something else than text.
std::string to_yaml(const json::Value& value);

}  // namespace holdfast::cli
