#include "base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace holdfast {
namespace {

struct Unit {
  std::string_view name;
  double size;
};

constexpr std::array<Unit, 15> kByteUnits{{{"", 1},
                                           {"B", 1},
                                           {"K", 1024.0},
                                           {"M", 1048576.0},
                                           {"G", 1073741824.0},
                                           {"T", 1099511627776.0},
                                           {"kB", 1e3},
                                           {"KB", 1e3},
                                           {"MB", 1e6},
                                           {"GB", 1e9},
                                           {"TB", 1e12},
                                           {"KiB", 1024.0},
                                           {"MiB", 1048576.0},
                                           {"GiB", 1073741824.0},
                                           {"TiB", 1099511627776.0}}};

// Go's, and days, in which people think of tokens.
constexpr std::array<Unit, 8> kTimeUnits{
    {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86'400e9}}};

bool is_number_char(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

// Splits "1.5" off the front of `text`; false when no number stands there.
bool take_number(std::string_view& text, double& value) {
  std::size_t size = 0;
  while (size < text.size() && is_number_char(text[size]))
    ++size;
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, value);
  if (size == 0 || error != std::errc() || end != text.data() + size) return false;
  text.remove_prefix(size);
  return true;
}

template <std::size_t N>
const Unit* find_unit(const std::array<Unit, N>& units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

// Digits of a fixed-width field of a timestamp.
bool take_digits(std::string_view& text, std::size_t width, int& value) {
  if (text.size() < width) return false;
  value = 0;
  for (; width > 0; --width, text.remove_prefix(1)) {
    if (text.front() < '0' || text.front() > '9') return false;
    value = value * 10 + (text.front() - '0');
  }
  return true;
}

bool take_char(std::string_view& text, std::string_view allowed) {
  if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, std::int64_t& nanos) {
  nanos = 0;
  if (text.empty() || text.front() != '.') return true;
  text.remove_prefix(1);
  std::int64_t scale = 100000000;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
    nanos += scale * (text.front() - '0');
    scale /= 10;
  }
  return digits > 0;
}

bool take_offset(std::string_view& text, std::chrono::minutes& offset) {
  offset = std::chrono::minutes(0);
  if (take_char(text, "Zz")) return true;
  const bool negative = !text.empty() && text.front() == '-';
  int hours = 0;
  int minutes = 0;
  if (!take_char(text, "+-") || !take_digits(text, 2, hours) || !take_char(text, ":") || !take_digits(text, 2, minutes))
    return false;
  offset = std::chrono::minutes((negative ? -1 : 1) * (hours * 60 + minutes));
  return hours < 24 && minutes < 60;
}

}  // namespace

// The unit is chosen before rounding, so 999950 bytes are "1000 kB": what etcdctl prints, and people compare.
std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> kNames{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 10) return fmt::format("{} B", bytes);
  std::size_t unit = 0;
  double size = 1;
  for (std::uint64_t rest = bytes; rest >= 1000; rest /= 1000, ++unit)
    size *= 1000;
  const double value = std::floor(static_cast<double>(bytes) / size * 10 + 0.5) / 10;
  return fmt::format("{:.{}f} {}", value, value < 10 ? 1 : 0, kNames.at(unit));
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  const auto bad = [&] {
    return fail(Code::usage, "\"{}\" is not a size; write 64MiB, 1.5GB or a number of bytes", text);
  };
  // A plain count is exact; only sizes with a unit or a fraction go through floating point.
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc() && end == text.data() + text.size()) return count;
  std::string_view rest = text;
  double number = 0;
  if (!take_number(rest, number)) return bad();
  while (!rest.empty() && rest.front() == ' ')
    rest.remove_prefix(1);
  const Unit* unit = find_unit(kByteUnits, rest);
  if (unit == nullptr) return bad();
  const double bytes = number * unit->size;
  if (bytes > 9e18) return fail(Code::usage, "\"{}\" is too large", text);
  return static_cast<std::uint64_t>(bytes);
}

std::string format_duration(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 0.9995) return fmt::format("{:.0f}ms", seconds * 1000);
  if (seconds < 59.95) return fmt::format("{:.1f}s", seconds);
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole < 3600) return fmt::format("{}m{}s", whole / 60, whole % 60);
  return fmt::format("{}h{}m{}s", whole / 3600, whole / 60 % 60, whole % 60);
}

Result<Duration> parse_duration(std::string_view text) {
  const auto bad = [&] { return fail(Code::usage, "\"{}\" is not a duration; write 30s, 5m, 1h30m or 30d", text); };
  std::string_view rest = text;
  double total = 0;
  const bool only_a_number = std::all_of(text.begin(), text.end(), is_number_char);  // "30": seconds without a unit
  if (rest.empty()) return bad();
  while (!rest.empty()) {
    double number = 0;
    if (!take_number(rest, number)) return bad();
    std::size_t size = 0;
    while (size < rest.size() && !is_number_char(rest[size]))
      ++size;
    const bool plain_seconds = size == 0 && only_a_number;
    const Unit* unit = find_unit(kTimeUnits, plain_seconds ? std::string_view("s") : rest.substr(0, size));
    if (unit == nullptr) return bad();
    total += number * unit->size;
    rest.remove_prefix(size);
  }
  if (total > 9e18) return fail(Code::usage, "\"{}\" is too long", text);
  return Duration(static_cast<std::int64_t>(total));
}

std::string format_time(WallTime time, bool millis) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (millis) text += fmt::format(".{:03}", clock.subseconds().count());
  return text + "Z";
}

Result<WallTime> parse_time(std::string_view text) {
  std::string_view rest = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t nanos = 0;
  std::chrono::minutes offset(0);
  const bool read = take_digits(rest, 4, year) && take_char(rest, "-") && take_digits(rest, 2, month) &&
                    take_char(rest, "-") && take_digits(rest, 2, day) && take_char(rest, "Tt ") &&
                    take_digits(rest, 2, hour) && take_char(rest, ":") && take_digits(rest, 2, minute) &&
                    take_char(rest, ":") && take_digits(rest, 2, second) && take_fraction(rest, nanos) &&
                    take_offset(rest, offset) && rest.empty();
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!read || !date.ok() || year < 1970 || year > 2261 || hour > 23 || minute > 59 || second > 60) {
    return fail(Code::usage, "\"{}\" is not an RFC 3339 time such as 2026-01-31T08:30:00Z", text);
  }
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::nanoseconds(nanos) - offset;
}

}  // namespace holdfast
