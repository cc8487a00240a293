// The causes of a 422, in the words clients know. `path` as people write it: "spec.list[2].name".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/status.h"
#include "model/json.h"

namespace holdfast::api::causes {

// The value as JSON, cut to 200 bytes.
std::string shown(const json::Value& value);

Cause required(std::string path, std::string_view detail = "");
Cause invalid(std::string path, const json::Value& value, std::string_view detail);
// As `invalid`, for a value that no message may show.
Cause invalid_hidden(std::string path, std::string_view detail);
// `spec.keep in body must be of type integer: "string"`.
Cause wrong_type(std::string path, std::string_view wanted, std::string_view found);
Cause not_supported(std::string path, const json::Value& value, const std::vector<std::string>& supported);
Cause duplicate(std::string path, const json::Value& value);
Cause forbidden(std::string path, std::string_view detail);
Cause too_long(std::string path, std::size_t most_bytes);
Cause too_many(std::string path, std::size_t found, std::size_t most);
Cause not_found(std::string path, std::string_view value, std::string_view detail = "");
Cause immutable(std::string path, const json::Value& value);

}  // namespace holdfast::api::causes
