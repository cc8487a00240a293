#include "lint/source_tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

namespace holdfast::lint {
namespace {

namespace fs = std::filesystem;

// Blanks out comments and the contents of string and character literals; keeps line breaks.
class CodeOnly {
 public:
  static std::string of(const std::string& text) { return CodeOnly(text).run(); }

 private:
  explicit CodeOnly(const std::string& text) : text_(text), code_(text) {}

  bool starts(std::string_view token) const { return std::string_view(text_).substr(at_).starts_with(token); }
  void blank(std::size_t end) {
    for (end = std::min(end, text_.size()); at_ < end; ++at_) {
      if (text_[at_] != '\n') code_[at_] = ' ';
    }
  }
  std::size_t after(std::string_view token, std::size_t from) const {
    const auto found = text_.find(token, from);
    return found == std::string::npos ? text_.size() : found + token.size();
  }

  void skip_quoted(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n')
      end += text_[end] == '\\' ? 2U : 1U;
    ++at_;
    blank(end);
    ++at_;
  }

  void skip_raw_string() {
    const std::size_t open = text_.find('(', at_);
    const std::string close = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    blank(after(close, open));
  }

  std::string run() {
    while (at_ < text_.size()) {
      const bool digit_separator = at_ > 0 && std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0;
      if (starts("//")) {
        blank(text_.find('\n', at_));
      } else if (starts("/*")) {
        blank(after("*/", at_ + 2));
      } else if (starts("R\"")) {
        skip_raw_string();
      } else if (starts("\"") || (starts("'") && !digit_separator)) {
        skip_quoted(text_[at_]);
      } else {
        ++at_;
      }
    }
    return code_;
  }

  const std::string& text_;
  std::string code_;
  std::size_t at_ = 0;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

std::vector<Include> includes_of(const std::vector<std::string>& lines) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> includes;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(lines[i], match, pattern)) {
      includes.push_back({.line = i + 1, .header = match[2], .angled = match[1] == "<"});
    }
  }
  return includes;
}

std::vector<SourceFile> load() {
  std::vector<SourceFile> files;
  for (const std::string& path : all_files()) {
    const std::string top = path.substr(0, path.find('/'));
    const bool ours = top == "src" || top == "apps" || top == "tests" || top == "bench";
    if (!ours || (!path.ends_with(".h") && !path.ends_with(".cc"))) continue;
    const std::string text = read_text(path);
    SourceFile file{.path = path, .text = lines_of(text), .code = lines_of(CodeOnly::of(text)), .includes = {}};
    file.includes = includes_of(file.text);
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

bool SourceFile::is_below(std::string_view folder) const {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

const std::vector<SourceFile>& source_files() {
  static const std::vector<SourceFile> files = load();
  return files;
}

std::vector<std::string> all_files() {
  static const std::set<std::string> skipped{".git", "build", ".cache"};
  const fs::path top(HOLDFAST_SOURCE_DIR);
  std::vector<std::string> paths;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator(); ++it) {
    if (it.depth() == 0 && skipped.count(it->path().filename().string()) != 0) {
      if (it->is_directory()) it.disable_recursion_pending();
    } else if (it->is_regular_file()) {
      paths.push_back(fs::relative(it->path(), top).string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string read_text(const std::string& path) {
  std::ifstream file(fs::path(HOLDFAST_SOURCE_DIR) / path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string library_of(const SourceFile& file) {
  if (!file.is_below("src")) return "";
  const auto begin = std::string_view("src/").size();
  return file.path.substr(begin, file.path.find('/', begin) - begin);
}

}  // namespace holdfast::lint
