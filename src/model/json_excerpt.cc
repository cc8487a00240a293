#include "model/json_excerpt.h"

#include <cstddef>
#include <utility>

namespace holdfast::json {

void Excerpt::keep(std::string_view first) {
  parts_[std::string(first)] = {.all = true, .names = {}};
}

void Excerpt::keep(std::string_view first, std::string_view second) {
  Part& part = parts_[std::string(first)];
  if (!part.all) part.names.emplace(second);
}

void Excerpt::keep_without(std::string_view first, std::string_view second) {
  parts_[std::string(first)] = {.all = true, .names = {std::string(second)}};
}

// Goes through the text once. The steps return false where it is not what they expect.
class Excerpt::Cutter {
 public:
  Cutter(const Excerpt& excerpt, std::string_view text) : excerpt_(excerpt), text_(text) { out_.reserve(1024); }

  bool run() {
    skip_space();
    const bool done = members([this](std::string_view name) { return top(name); });
    skip_space();
    return done && at_ == text_.size();
  }
  std::string take() { return std::move(out_); }

 private:
  enum class Wish { leave, copy, look_inside };

  // An escape may hide one of our names: such a member stays.
  static bool is_plain(std::string_view name) { return name.find('\\') == std::string_view::npos; }

  Wish top(std::string_view name) {
    if (!is_plain(name)) return Wish::copy;
    const auto found = excerpt_.parts_.find(name);
    if (found == excerpt_.parts_.end()) return Wish::leave;
    part_ = &found->second;
    return part_->all && part_->names.empty() ? Wish::copy : Wish::look_inside;
  }
  Wish inner(std::string_view name) const {
    if (!is_plain(name)) return Wish::copy;
    return part_->names.contains(name) == part_->all ? Wish::leave : Wish::copy;
  }

  template <class WishOf>
  bool members(const WishOf& wish_of) {
    if (!expect('{')) return false;
    out_ += '{';
    bool first = true;
    skip_space();
    if (peek() == '}') return close();
    while (true) {
      std::string_view name;
      if (!read_name(name)) return false;
      const Wish wish = wish_of(name);
      if (wish != Wish::leave) {
        if (!first) out_ += ',';
        first = false;
        out_ += '"';
        out_ += name;
        out_ += "\":";
      }
      if (!value(wish)) return false;
      skip_space();
      if (peek() == '}') return close();
      if (!expect(',')) return false;
      skip_space();
    }
  }

  bool value(Wish wish) {
    skip_space();
    if (wish == Wish::look_inside && peek() == '{')
      return members([this](std::string_view name) { return inner(name); });
    const std::size_t begin = at_;
    if (!skip_value()) return false;
    if (wish != Wish::leave) out_ += text_.substr(begin, at_ - begin);
    return true;
  }

  bool read_name(std::string_view& name) {
    const std::size_t begin = at_ + 1;
    if (peek() != '"' || !skip_string()) return false;
    name = text_.substr(begin, at_ - 1 - begin);
    skip_space();
    return expect(':');
  }

  bool skip_value() {
    if (peek() == '"') return skip_string();
    if (peek() == '{' || peek() == '[') return skip_nested();
    const std::size_t end = text_.find_first_of(",]} \t\r\n", at_);
    const bool some = end != std::string_view::npos && end > at_;
    at_ = end;
    return some;
  }

  bool skip_nested() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!skip_string()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  bool skip_string() {
    std::size_t end = at_;
    do {
      end = text_.find('"', end + 1);
      if (end == std::string_view::npos) return false;
    } while (is_escaped(end));
    at_ = end + 1;
    return true;
  }
  // Behind an odd number of backslashes. The string has begun before them.
  bool is_escaped(std::size_t quote) const {
    std::size_t backslashes = 0;
    while (text_[quote - 1 - backslashes] == '\\')
      ++backslashes;
    return backslashes % 2 == 1;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
      ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool expect(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool close() {
    ++at_;
    out_ += '}';
    return true;
  }

  const Excerpt& excerpt_;
  const std::string_view text_;
  const Part* part_ = nullptr;  // of the member that is looked into
  std::size_t at_ = 0;
  std::string out_;
};

std::optional<std::string> Excerpt::cut(std::string_view text) const {
  Cutter cutter(*this, text);
  if (!cutter.run()) return std::nullopt;
  return cutter.take();
}

}  // namespace holdfast::json
