// One of the five fields of a cron schedule: its bounds, and its text as a set of numbers.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "control/schedule/schedule_text.h"

namespace holdfast::control {

struct FieldKind {
  std::string_view name;  // "minute", as errors call it
  unsigned least = 0;
  unsigned most = 0;
  std::span<const std::string_view> names{};  // "JAN" is `least`, and so on; empty: numbers only
};

// In the order in which they are written.
const std::array<FieldKind, 5>& field_kinds();

struct CronField {
  std::uint64_t values = 0;  // bit n: the number n
  bool star = false;         // written as `*` or `?`, without a step above 1: does not restrict the day
};

// Lists of `*`, `?`, `N`, `N-M`, each also with `/step`; `N/step` goes up to the most the field can have. Names in any
// case. Code::usage names the field, what is wrong, what is allowed, and marks the place.
Result<CronField> parse_cron_field(const FieldKind& kind, const ScheduleText& text, TextPart field);

}  // namespace holdfast::control
