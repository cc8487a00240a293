// Private to api/: the paths of a kind and what can be done at each, for both versions of OpenAPI.
#pragma once

#include <string>
#include <string_view>

#include "api/kind.h"
#include "model/json.h"

namespace holdfast::api {

enum class OpenApiVersion { v2, v3 };

// Adds the paths of the kind to `paths`.
void add_paths(const Kind& kind, OpenApiVersion version, json::Object& paths);

// {"$ref": "#/components/schemas/NAME"}
json::Object schema_reference(OpenApiVersion version, std::string_view name);
json::Object kind_extension(const Kind& kind);

}  // namespace holdfast::api
