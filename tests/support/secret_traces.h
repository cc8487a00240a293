// Finds a value in bytes in whatever dress it may have got there: as it is, in base64 at any alignment (both
// alphabets), in hexadecimal, percent-encoded, escaped in JSON, or backwards.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::test {

// (name of the dress, bytes to look for). `value` has at least eight bytes.
std::vector<std::pair<std::string, std::string>> traces_of(std::string_view value);

// The dress in which it lies there; empty: in none.
std::string trace_in(std::string_view bytes, std::string_view value);

// "PATH: DRESS" for each file below the directory, or the file itself, that holds a trace.
std::vector<std::string> traces_in_files(const std::string& path, std::string_view value);

}  // namespace holdfast::test
