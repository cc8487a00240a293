// The second OpenAPI document as protobuf, for kubectl before 1.27, which checks, explains and dry-runs by it. The
// format is that of gnostic's OpenAPIv2.proto; written is what those look at: definitions with types, fields, required
// names and descriptions, and of the paths the patch operations with their kind and query parameters.
#pragma once

#include <string>

#include "model/json.h"

namespace holdfast::server {

// `document` as api::openapi_v2() makes it. Where unknown fields are kept, null or several types are allowed, nothing
// is said of what is inside: those clients would refuse what the server takes.
std::string openapi_protobuf(const json::Value& document);

}  // namespace holdfast::server
