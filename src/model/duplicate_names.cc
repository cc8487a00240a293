#include "model/duplicate_names.h"

#include <set>

#include <boost/json/parse.hpp>

namespace holdfast::json {
namespace {

class NameScanner {
 public:
  explicit NameScanner(std::string_view text) : text_(text) {}

  std::optional<std::string> scan() {
    skip_value();
    return duplicate_;
  }

 private:
  bool done() const { return duplicate_.has_value() || at_ >= text_.size(); }
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
    ++at_;  // '{'
    for (skip_space(); next() != '}' && !done(); skip_space()) {
      std::string name = decoded(skip_string());
      if (names.count(name) != 0) {
        duplicate_ = std::move(name);
        return;
      }
      names.insert(std::move(name));
      skip_space();
      ++at_;  // ':'
      skip_value();
      skip_comma();
    }
    ++at_;  // '}'
  }

  void skip_array() {
    ++at_;  // '['
    for (skip_space(); next() != ']' && !done(); skip_space()) {
      skip_value();
      skip_comma();
    }
    ++at_;  // ']'
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
  std::size_t at_ = 0;
  std::optional<std::string> duplicate_;
};

}  // namespace

std::optional<std::string> find_duplicate_name(std::string_view text) {
  return NameScanner(text).scan();
}

}  // namespace holdfast::json
