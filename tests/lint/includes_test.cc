// The everyday build precompiles what nearly every file includes, so the compiler does not notice when a header leaves
// such an include out. (That a header compiles alone but for these is shown by its source, which includes it first, or
// by lint_headers.)
#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lint/source_tree.h"

namespace holdfast::lint {
namespace {

struct Names {
  const char* header;
  std::regex names;
};

// The headers are those of HOLDFAST_COMMON_HEADERS in cmake/HoldfastLibrary.cmake.
const std::vector<Names>& common_headers() {
  static const std::vector<Names> all{
      {"algorithm",
       std::regex("std::(ranges::)?(sort|find|find_if|any_of|all_of|none_of|min|max|copy|lower_bound)\\b")},
      {"array", std::regex("std::array\\b")},
      {"chrono", std::regex("std::chrono\\b")},
      {"cstdint", std::regex("std::u?int(8|16|32|64)_t\\b")},
      {"functional", std::regex("std::function\\b")},
      {"map", std::regex("std::(multi)?map\\b")},
      {"memory", std::regex("std::(unique_ptr|shared_ptr|weak_ptr|make_unique|make_shared)\\b")},
      {"optional", std::regex("std::(optional|nullopt)\\b")},
      {"span", std::regex("std::span\\b")},
      {"stop_token", std::regex("std::stop_(token|source|callback)\\b")},
      {"string", std::regex("std::(string|to_string)\\b")},
      {"string_view", std::regex("std::string_view\\b")},
      {"utility", std::regex("std::(move|forward|exchange|swap|pair)\\b")},
      {"vector", std::regex("std::vector\\b")},
  };
  return all;
}

bool includes(const SourceFile& file, const char* header) {
  return std::any_of(file.includes.begin(), file.includes.end(),
                     [&](const Include& one) { return one.angled && one.header == header; });
}

TEST(Includes, HeadersNameWhatTheyUseOfThePrecompiledOnes) {
  for (const SourceFile& file : source_files()) {
    if (!file.is_header() || !file.is_below("src")) continue;
    for (const Names& common : common_headers()) {
      if (includes(file, common.header)) continue;
      for (std::size_t line = 0; line < file.code.size(); ++line) {
        if (!std::regex_search(file.code[line], common.names)) continue;
        ADD_FAILURE() << file.path << ":" << line + 1 << " needs #include <" << common.header << ">\n  "
                      << file.text[line];
        break;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::lint
