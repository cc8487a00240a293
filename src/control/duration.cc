#include "control/duration.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace holdfast::control {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  std::uint64_t nanos;
  bool go;
};

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::array<Unit, 10> kUnits{{{"ns", 1, true},
                                       {"us", 1'000, true},
                                       {"\u00b5s", 1'000, true},
                                       {"\u03bcs", 1'000, true},
                                       {"ms", 1'000'000, true},
                                       {"s", kSecond, true},
                                       {"m", 60 * kSecond, true},
                                       {"h", 3600 * kSecond, true},
                                       {"d", 86400 * kSecond, false},
                                       {"w", 7 * 86400 * kSecond, false}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_number_char(char c) {
  return is_digit(c) || c == '.';
}

const Unit* find_unit(std::string_view name, DurationUnits units) {
  const auto found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& unit) {
    return unit.name == name && (unit.go || units == DurationUnits::with_days_and_weeks);
  });
  return found == kUnits.end() ? nullptr : &*found;
}

struct Digits {
  std::uint64_t value = 0;
  std::size_t count = 0;
  bool overflow = false;
};

Digits take_digits(std::string_view& text) {
  Digits digits;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits.count) {
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    digits.overflow = digits.overflow || digits.value > (kMost - digit) / 10;
    if (!digits.overflow) digits.value = digits.value * 10 + digit;
  }
  return digits;
}

// Reads the digits behind the point as a part of `unit`. Digits beyond what a nanosecond of the largest unit needs are
// passed over.
std::uint64_t take_fraction(std::string_view& text, std::uint64_t unit, std::size_t& count) {
  std::uint64_t value = 0;
  std::uint64_t scale = 1;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++count) {
    if (scale >= kMost / 10) continue;
    value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
    scale *= 10;
  }
  return static_cast<std::uint64_t>(static_cast<long double>(value) * static_cast<long double>(unit) /
                                    static_cast<long double>(scale));
}

std::string_view allowed(DurationUnits units) {
  return units == DurationUnits::go ? "ns, us, ms, s, m, h" : "ns, us, ms, s, m, h, d, w";
}

// One number with its unit, in nanoseconds; at most kMost.
Result<std::uint64_t> take_part(std::string_view& rest, std::string_view text, DurationUnits units) {
  std::string_view number = rest;
  const Digits whole = take_digits(rest);
  std::string_view fraction;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction = rest;
    take_digits(rest);
    fraction.remove_suffix(rest.size());
  }
  number.remove_suffix(rest.size());
  if (whole.count + fraction.size() == 0) return fail(Code::usage, "\"{}\" is not a duration: no number", text);
  std::size_t size = 0;
  while (size < rest.size() && !is_number_char(rest[size]))
    ++size;
  const std::string_view name = rest.substr(0, size);
  rest.remove_prefix(size);
  if (name.empty())
    return fail(Code::usage, "\"{}\" is not a duration: {} has no unit; write one of {}", text, number, allowed(units));
  const Unit* unit = find_unit(name, units);
  if (unit == nullptr)
    return fail(Code::usage, "\"{}\" is not a duration: no unit is called \"{}\"; units are {}", text, name,
                allowed(units));
  std::size_t count = 0;
  const std::uint64_t part = take_fraction(fraction, unit->nanos, count);
  if (whole.overflow || whole.value > (kMost - part) / unit->nanos)
    return fail(Code::usage, "\"{}\" is longer than 292 years", text);
  return whole.value * unit->nanos + part;
}

}  // namespace

Result<nanoseconds> parse_go_duration(std::string_view text, DurationUnits units) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return nanoseconds(0);
  if (rest.empty()) return fail(Code::usage, "\"{}\" is not a duration; write 20m or 1h30m", text);
  std::uint64_t total = 0;
  while (!rest.empty()) {
    HF_ASSIGN(const std::uint64_t part, take_part(rest, text, units));
    if (part > kMost - total) return fail(Code::usage, "\"{}\" is longer than 292 years", text);
    total += part;
  }
  const nanoseconds duration(static_cast<std::int64_t>(total));
  return negative ? -duration : duration;
}

std::string format_span(std::chrono::seconds span) {
  const std::int64_t seconds = span.count();
  if (seconds == 0) return "0s";
  if (seconds % 86400 == 0) return fmt::format("{}d", seconds / 86400);
  std::string text;
  if (seconds >= 3600) text += fmt::format("{}h", seconds / 3600);
  if (seconds / 60 % 60 != 0) text += fmt::format("{}m", seconds / 60 % 60);
  if (seconds % 60 != 0) text += fmt::format("{}s", seconds % 60);
  return text;
}

}  // namespace holdfast::control
