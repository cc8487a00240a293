// The character classes of HTTP and of what we accept in it.
#pragma once

#include <string_view>

namespace holdfast::http {

bool is_token(std::string_view text);  // RFC 9110, 5.6.2
// Control characters end lines, strings and terminals' patience; a tab counts.
bool is_control(char c);
bool is_field_value(std::string_view text);                       // no control characters but tabs
bool equal_without_case(std::string_view a, std::string_view b);  // ASCII
// Is `word` one of the comma-separated parts of `list`, without case and surrounding blanks?
bool list_holds(std::string_view list, std::string_view word);

}  // namespace holdfast::http
