// The text of a schedule while it is read, and errors that point into it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::control {

struct TextPart {
  std::size_t at = 0;  // where it begins in the whole text, counted from 0
  std::string_view text;
};

class ScheduleText {
 public:
  // `whole` must outlive this. Blanks around and between the parts do not matter.
  explicit ScheduleText(std::string_view whole) : whole_(whole) {}

  std::string_view whole() const { return whole_; }

  // The parts between blanks (spaces, tabs, line ends), from position `from` on.
  std::vector<TextPart> words(std::size_t from = 0) const;

  // Code::usage: "<what> (at character 7)", with the text, a line of carets under `part`, and `allowed` as hint.
  tl::unexpected<Error> fault(TextPart part, const std::string& what, std::string_view allowed) const;

 private:
  std::string_view whole_;
};

}  // namespace holdfast::control
