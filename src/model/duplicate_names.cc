#include "model/duplicate_names.h"

#include <set>
#include <utility>

#include <boost/json/parse.hpp>

namespace holdfast::json {
namespace {

constexpr std::size_t kLongestPath = 300;

struct Duplicate {
  std::string name;
  std::string path;
};

class NameScanner {
 public:
  NameScanner(std::string_view text, std::size_t most) : text_(text), most_(most) {}

  std::vector<Duplicate> scan() {
    skip_value();
    return std::move(duplicates_);
  }

 private:
  bool done() const { return duplicates_.size() >= most_ || at_ >= text_.size(); }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  // Returns the string with its quotes.
  std::string_view skip_string() {
    const std::size_t begin = at_++;
    while (next() != '"' && at_ < text_.size())
      at_ += next() == '\\' ? 2U : 1U;
    ++at_;
    return text_.substr(begin, at_ - begin);
  }

  static std::string decoded(std::string_view quoted) {
    if (quoted.find('\\') == std::string_view::npos) return std::string(quoted.substr(1, quoted.size() - 2));
    boost::system::error_code ignored;  // the whole text was parsed before
    const boost::json::value value = boost::json::parse({quoted.data(), quoted.size()}, ignored);
    return value.is_string() ? std::string(value.get_string()) : std::string(quoted);
  }

  void skip_object() {
    std::set<std::string> names;
    const std::size_t parent = path_.size();
    ++at_;  // '{'
    for (skip_space(); next() != '}' && !done(); skip_space()) {
      std::string name = decoded(skip_string());
      enter(parent == 0 ? name : "." + name);
      if (!names.insert(name).second) note(std::move(name));
      skip_space();
      ++at_;  // ':'
      skip_value();
      path_.resize(parent);
      skip_comma();
    }
    ++at_;  // '}'
  }

  void skip_array() {
    const std::size_t parent = path_.size();
    ++at_;  // '['
    for (std::size_t index = 0; skip_space(), next() != ']' && !done(); ++index) {
      enter("[" + std::to_string(index) + "]");
      skip_value();
      path_.resize(parent);
      skip_comma();
    }
    ++at_;  // ']'
  }

  // Deep inside of a long path nothing more is added: it is cut when it is told anyway.
  void enter(std::string_view step) {
    if (path_.size() <= kLongestPath) path_ += step.substr(0, kLongestPath + 1);
  }

  void note(std::string name) {
    std::string path = path_;
    if (path.size() > kLongestPath) {
      std::size_t end = kLongestPath;
      while (end > 0 && (static_cast<unsigned char>(path[end]) & 0xC0U) == 0x80U)
        --end;
      path = path.substr(0, end) + "…";
    }
    duplicates_.push_back({std::move(name), std::move(path)});
  }

  void skip_comma() {
    skip_space();
    if (next() == ',') ++at_;
  }

  void skip_value() {
    skip_space();
    if (next() == '{') {
      skip_object();
    } else if (next() == '[') {
      skip_array();
    } else if (next() == '"') {
      skip_string();
    } else {
      while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == std::string_view::npos)
        ++at_;
    }
  }

  const std::string_view text_;
  const std::size_t most_;
  std::size_t at_ = 0;
  std::string path_;
  std::vector<Duplicate> duplicates_;
};

}  // namespace

std::optional<std::string> find_duplicate_name(std::string_view text) {
  const std::vector<Duplicate> found = NameScanner(text, 1).scan();
  if (found.empty()) return std::nullopt;
  return found.front().name;
}

std::vector<std::string> find_duplicate_paths(std::string_view text, std::size_t most) {
  std::vector<std::string> paths;
  for (Duplicate& each : NameScanner(text, most).scan())
    paths.push_back(std::move(each.path));
  return paths;
}

}  // namespace holdfast::json
