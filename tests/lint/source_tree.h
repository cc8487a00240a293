// The project's own files, read once for all lint tests.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::lint {

struct Include {
  std::size_t line = 0;
  std::string header;
  bool angled = false;  // <header>, not "header"
};

struct SourceFile {
  std::string path;                 // from the top of the source tree: "src/base/bytes.h"
  std::vector<std::string> text{};  // lines as they are
  std::vector<std::string> code{};  // the same lines without comments and without the contents of literals
  std::vector<Include> includes{};

  bool is_header() const { return path.ends_with(".h"); }
  bool is_below(std::string_view folder) const;  // "src", "src/os"
};

// Every .h and .cc below src, apps, tests and bench.
const std::vector<SourceFile>& source_files();

// Every file below the top, without build directories and version control.
std::vector<std::string> all_files();

std::string read_text(const std::string& path);  // from the top

// "src/base/bytes.h" -> "base"; empty outside src.
std::string library_of(const SourceFile& file);

}  // namespace holdfast::lint
