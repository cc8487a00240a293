#include "control/schedule/cron_field.h"

#include <algorithm>
#include <charconv>

namespace holdfast::control {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                   "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

constexpr std::array<FieldKind, 5> kKinds{{{"minute", 0, 59, {}},
                                           {"hour", 0, 23, {}},
                                           {"day-of-month", 1, 31, {}},
                                           {"month", 1, 12, kMonths},
                                           {"day-of-week", 0, 6, kWeekdays}}};

bool equal_but_for_case(std::string_view text, std::string_view upper) {
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(),
                    [](char a, char b) { return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b; });
}

// Splits at `separator`; "" is one empty part.
std::vector<TextPart> split(TextPart part, char separator) {
  std::vector<TextPart> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(part.text.find(separator, begin), part.text.size());
    parts.push_back({.at = part.at + begin, .text = part.text.substr(begin, end - begin)});
    if (end == part.text.size()) return parts;
    begin = end + 1;
  }
}

struct Range {
  unsigned first = 0;
  unsigned last = 0;
  unsigned step = 1;
};

class FieldParser {
 public:
  FieldParser(const FieldKind& kind, const ScheduleText& text) : kind_(kind), text_(text) {}

  Result<CronField> parse(TextPart field) const {
    CronField result;
    for (const TextPart& item : split(field, ',')) {
      HF_ASSIGN(const CronField part, parse_item(item));
      result.values |= part.values;
      result.star = result.star || part.star;
    }
    return result;
  }

 private:
  tl::unexpected<Error> fault(TextPart part, std::string_view what) const {
    return text_.fault(part, fmt::format("{}: {}", kind_.name, what), allowed());
  }

  std::string allowed() const {
    std::string text = fmt::format("{} to {}", kind_.least, kind_.most);
    if (!kind_.names.empty()) text += fmt::format(" or {} to {}", kind_.names.front(), kind_.names.back());
    return text + ", *, lists (1,2), ranges (1-5) and steps (*/2)";
  }

  // "*", "?", "5", "1-5", with or without "/2".
  Result<CronField> parse_item(TextPart item) const {
    const std::vector<TextPart> parts = split(item, '/');
    if (parts.size() > 2) return fault(item, fmt::format("\"{}\" has more than one /", item.text));
    const bool star = parts[0].text == "*" || parts[0].text == "?";
    Range range{.first = kind_.least, .last = kind_.most};
    if (!star) {
      HF_ASSIGN(range, parse_range(parts[0], parts.size() == 2));
    }
    if (parts.size() == 2) {
      HF_ASSIGN(range.step, parse_step(parts[1]));
    }
    CronField field{.star = star && range.step == 1};
    for (unsigned value = range.first; value <= range.last; value += range.step)
      field.values |= std::uint64_t{1} << value;
    return field;
  }

  Result<Range> parse_range(TextPart part, bool with_step) const {
    const std::vector<TextPart> ends = split(part, '-');
    if (ends.size() > 2) return fault(part, fmt::format("\"{}\" has more than one -", part.text));
    Range range;
    HF_ASSIGN(range.first, parse_value(ends[0]));
    range.last = range.first;
    if (ends.size() == 2) {
      HF_ASSIGN(range.last, parse_value(ends[1]));
    } else if (with_step) {
      range.last = kind_.most;
    }
    if (range.first > range.last) return fault(part, fmt::format("\"{}\" ends before it begins", part.text));
    return range;
  }

  Result<unsigned> parse_value(TextPart part) const {
    if (part.text.empty()) return fault(part, "a value is missing");
    for (std::size_t i = 0; i < kind_.names.size(); ++i) {
      if (equal_but_for_case(part.text, kind_.names[i])) return kind_.least + static_cast<unsigned>(i);
    }
    HF_ASSIGN(const unsigned value, parse_number(part));
    if (value >= kind_.least && value <= kind_.most) return value;
    if (kind_.name == "day-of-week" && value == 7) return fault(part, "7 is too large; Sunday is 0 or SUN");
    const bool low = value < kind_.least;
    return fault(part, fmt::format("{} is too {}", part.text, low ? "small" : "large"));
  }

  Result<unsigned> parse_step(TextPart part) const {
    if (part.text.empty()) return fault(part, "a step is missing behind the /");
    HF_ASSIGN(const unsigned step, parse_number(part));
    if (step == 0) return fault(part, "a step of 0 never gets on");
    return std::min(step, kind_.most + 1);  // further than any step that matters
  }

  // Digits only; what is too large for the type becomes its largest number.
  Result<unsigned> parse_number(TextPart part) const {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(part.text.data(), part.text.data() + part.text.size(), value);
    if (end != part.text.data() + part.text.size() || error == std::errc::invalid_argument) {
      const std::string_view what = kind_.names.empty() ? "number" : "number or name";
      return fault(part, fmt::format("\"{}\" is not a {}", part.text, what));
    }
    return error == std::errc() ? value : std::numeric_limits<unsigned>::max();
  }

  const FieldKind& kind_;
  const ScheduleText& text_;
};

}  // namespace

const std::array<FieldKind, 5>& field_kinds() {
  return kKinds;
}

Result<CronField> parse_cron_field(const FieldKind& kind, const ScheduleText& text, TextPart field) {
  return FieldParser(kind, text).parse(field);
}

}  // namespace holdfast::control
