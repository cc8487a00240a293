// The answers to a patch that cannot be applied. The functions of patch/ know neither kind nor name of the object;
// whoever calls them adds both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/status.h"

namespace holdfast::api {

// 422 with these causes, about an object that complete() names.
ApiError unprocessable(std::vector<Cause> causes);
// 422 with one cause at field "patch".
ApiError inapplicable_patch(std::string message);

// The same error, about this object. Errors other than 422 stay as they are.
ApiError complete(ApiError error, const Kind& kind, std::string_view name);

// A text of a client in quotes for a message, cut after 100 bytes.
std::string quoted(std::string_view text);

}  // namespace holdfast::api
