#include "cli/text.h"

#include <cstdint>

namespace holdfast::cli {
namespace {

// Length of the valid UTF-8 sequence at the front of `text` and its code point; 0 when there is none.
std::size_t sequence_at(std::string_view text, std::uint32_t& point) {
  const auto byte = [&text](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t head = byte(0);
  if (head < 0x80) {
    point = head;
    return 1;
  }
  const std::size_t size = head >= 0xF0 && head < 0xF8   ? 4
                           : head >= 0xE0 && head < 0xF0 ? 3
                           : head >= 0xC0 && head < 0xE0 ? 2
                                                         : 0;
  if (size == 0 || text.size() < size) return 0;
  point = head & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point < 0xE000;
  return point < kSmallest[size] || point > 0x10FFFF || surrogate ? 0 : size;
}

// Control characters, and those that turn the direction of the text around.
bool is_harmless(std::uint32_t point) {
  if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return false;
  if (point == 0x2028 || point == 0x2029) return false;
  return !(point >= 0x202A && point <= 0x202E) && !(point >= 0x2066 && point <= 0x2069);
}

void wrap_line(std::string_view line, std::size_t width, std::vector<std::string>& out) {
  std::string current;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    const std::string_view word = line.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (!current.empty() && columns_of(current) + 1 + columns_of(word) > width) {
      out.push_back(std::move(current));
      current.clear();
    }
    if (!current.empty()) current += ' ';
    current += word;
  }
  out.push_back(std::move(current));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::uint32_t point = 0;
    const std::size_t size = sequence_at(text, point);
    if (size > 0 && is_harmless(point)) {
      out += text.substr(0, size);
    } else {
      out += '?';
    }
    text.remove_prefix(size > 0 ? size : 1);
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++columns;
  }
  return columns;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    wrap_line(text.substr(at, end - at), width, lines);
    at = end + 1;
  }
  return lines;
}

}  // namespace holdfast::cli
