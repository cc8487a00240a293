// Texts that are looked at when they change: kept in files of the source tree.
#pragma once

#include <string>

namespace holdfast::api {

// `path` from the root of the sources. When the text is another one, the test fails, and what it should be replaced
// with is written beside the test's other temporary files.
void expect_golden(const std::string& path, const std::string& text);

}  // namespace holdfast::api
