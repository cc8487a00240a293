// Private to model/: looks through JSON text for an object that names a member twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::json {

// The first name that occurs twice in one object, however it is escaped ("a" and "\u0061" are one name).
// `text` must be valid JSON of bounded depth already.
std::optional<std::string> find_duplicate_name(std::string_view text);

}  // namespace holdfast::json
