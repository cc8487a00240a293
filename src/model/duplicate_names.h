// Private to model/: looks through JSON text for objects that name a member twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::json {

// The first name that occurs twice in one object, however it is escaped ("a" and "\u0061" are one name).
// `text` must be valid JSON of bounded depth already.
std::optional<std::string> find_duplicate_name(std::string_view text);

// Where names occur twice, at most `most` of them: "spec.keep", "list[2].name". Long paths are cut to 300 bytes.
std::vector<std::string> find_duplicate_paths(std::string_view text, std::size_t most);

}  // namespace holdfast::json
