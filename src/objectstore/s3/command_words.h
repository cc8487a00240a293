// A command line as AWS's tools read it from a profile. Private to s3/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::objectstore::s3 {

// Words are separated by blanks; single and double quotes keep them together, a backslash takes the next character as
// it is (between double quotes only before '"' and '\\'). Nothing is expanded. Source: "Process credential provider"
// (AWS SDKs and Tools Reference Guide), and the rules of a POSIX shell for quotes, which AWS CLI follows. Code::usage
// for a quote that does not end, and for no word at all; no message holds a part of the line.
Result<std::vector<std::string>> command_words(std::string_view line);

}  // namespace holdfast::objectstore::s3
