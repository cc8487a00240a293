#include "control/schedule/schedule_text.h"

#include <algorithm>

namespace holdfast::control {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

}  // namespace

std::vector<TextPart> ScheduleText::words(std::size_t from) const {
  std::vector<TextPart> words;
  std::size_t at = whole_.find_first_not_of(kBlanks, from);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(whole_.find_first_of(kBlanks, at), whole_.size());
    words.push_back({.at = at, .text = whole_.substr(at, end - at)});
    at = whole_.find_first_not_of(kBlanks, end);
  }
  return words;
}

tl::unexpected<Error> ScheduleText::fault(TextPart part, const std::string& what, std::string_view allowed) const {
  std::string shown(whole_);
  std::replace_if(shown.begin(), shown.end(), [](char c) { return c == '\t' || c == '\r' || c == '\n'; }, ' ');
  const std::string marks = std::string(part.at, ' ') + std::string(std::max<std::size_t>(part.text.size(), 1), '^');
  return with_hint(fail(Code::usage, "{} (at character {})", what, part.at + 1),
                   fmt::format("{}\n{}\nallowed: {}", shown, marks, allowed));
}

}  // namespace holdfast::control
