// What the tests of api/ share: the kinds, and documents as YAML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

const Kinds& all_kinds();
// By the name of the kind, which must exist; "CustomResourceDefinition".
const Kind& kind_named(std::string_view name);

// The document, which must be YAML.
json::Value yaml(std::string_view text);
// A schema as in a kind file, which must be right.
std::shared_ptr<const Schema> schema_of(std::string_view text);

// "field: reason: message" of each.
std::vector<std::string> texts(const std::vector<Cause>& causes);

// An EtcdBackupConfig of cluster-x with this spec.
json::Value config_with(std::string_view spec);

}  // namespace holdfast::api
