// Text for terminals: names come from buckets and servers, so nothing reaches a terminal unexamined.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cli {

// Replaces control characters (also C1) and broken UTF-8 by '?', so that one line stays one line and no escape sequence
// passes.
std::string printable(std::string_view text);

// Columns the text takes, counting one per UTF-8 code point.
std::size_t columns_of(std::string_view text);

// Breaks at spaces so that no line is wider than `width`, unless a word is. Newlines in the text are kept.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace holdfast::cli
