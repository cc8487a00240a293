#include "base/log.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>

#include <fmt/core.h>

#include "base/utf8.h"

namespace holdfast::log {
namespace {

std::atomic<Level> g_level{Level::warning};
std::atomic<bool> g_json{false};
std::function<std::string()> g_now;
std::mutex g_output;

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warning", "error"};

// A JSON string literal; logfmt accepts the same quoting. Bytes that are no UTF-8 are shown by their numbers.
std::string quoted(std::string_view text) {
  const unsigned first_odd = is_utf8(text) ? 0x100 : 0x80;
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f || byte >= first_odd) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

void configure(Level level, bool json) {
  g_level = level;
  g_json = json;
}

void stamp(std::function<std::string()> now) {
  g_now = std::move(now);
}

void event(Level level, std::string_view name, std::initializer_list<Field> fields) {
  if (level < g_level.load(std::memory_order_relaxed)) return;
  const bool json = g_json;
  const std::string_view separator = json ? "," : " ";
  const auto pair = [json](std::string_view key, std::string_view value) {
    return json ? fmt::format("{}:{}", quoted(key), quoted(value)) : fmt::format("{}={}", key, quoted(value));
  };
  std::string line = json ? "{" : "";
  if (g_now) {
    line += pair("time", g_now());
    line += separator;
  }
  line += pair("level", kLevelNames.at(static_cast<std::size_t>(level)));
  line += separator;
  line += pair("event", name);
  for (const Field& field : fields) {
    line += separator;
    line += pair(field.key, field.value);
  }
  line += json ? "}\n" : "\n";
  const std::lock_guard guard(g_output);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace holdfast::log
