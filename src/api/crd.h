// Our kinds as CustomResourceDefinitions, for clients that look there (Lens, Headlamp, Terraform). Made from the kinds,
// not stored: they can be read only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "model/json.h"

namespace holdfast::api {

// One object for each custom kind, ascending by name. `created` (RFC 3339) and `resource_version` are the same for all:
// they change only with the program.
std::vector<json::Value> resource_definitions(const Kinds& kinds, std::string_view created,
                                              std::string_view resource_version);

}  // namespace holdfast::api
