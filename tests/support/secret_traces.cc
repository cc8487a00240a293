#include "support/secret_traces.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "base/bytes.h"

namespace holdfast::test {
namespace {

// Of a value that has `before` bytes of something else in front, the characters that depend on it alone.
std::string base64_behind(std::string_view value, std::size_t before) {
  std::string padded(before, '\0');
  padded += value;
  const std::string text = to_base64(as_bytes(padded));
  const std::size_t skipped = before == 0 ? 0 : before + 1;  // characters that hold bits of what is in front
  const std::size_t whole = padded.size() * 8 / 6;           // those that hold none of what comes behind
  return text.substr(skipped, whole - skipped);
}

std::string url_alphabet(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::string each_byte(std::string_view value, fmt::format_string<unsigned> form) {
  std::string out;
  for (const char c : value)
    out += fmt::format(form, static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view value, bool lower) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(c));
    if (is_unreserved(c)) {
      out += c;
    } else {
      out += lower ? fmt::format("%{:02x}", byte) : fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

std::string replaced(std::string_view value, std::string_view what, std::string_view by) {
  std::string out;
  for (const char c : value)
    out += what.find(c) == std::string_view::npos ? std::string(1, c)
                                                  : fmt::format(fmt::runtime(by), static_cast<int>(c), c);
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> traces_of(std::string_view value) {
  std::vector<std::pair<std::string, std::string>> all{{"plain", std::string(value)}};
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string text = base64_behind(value, before);
    all.emplace_back(fmt::format("base64 behind {} bytes", before), text);
    all.emplace_back(fmt::format("base64url behind {} bytes", before), url_alphabet(text));
  }
  all.emplace_back("hex", each_byte(value, "{:02x}"));
  all.emplace_back("HEX", each_byte(value, "{:02X}"));
  all.emplace_back("percent-encoded", percent_encoded(value, false));
  all.emplace_back("percent-encoded, lower case", percent_encoded(value, true));
  all.emplace_back("JSON with escaped slashes", replaced(value, "/", "\\{1}"));
  all.emplace_back("JSON of Go", replaced(value, "&<>", "\\u{0:04x}"));
  all.emplace_back("backwards", std::string(value.rbegin(), value.rend()));
  return all;
}

std::string trace_in(std::string_view bytes, std::string_view value) {
  for (const auto& [dress, form] : traces_of(value)) {
    if (bytes.find(form) != std::string_view::npos) return dress;
  }
  return "";
}

std::vector<std::string> traces_in_files(const std::string& path, std::string_view value) {
  std::vector<std::string> found;
  const auto look = [&](const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    if (const std::string dress = trace_in(bytes, value); !dress.empty())
      found.push_back(fmt::format("{}: {}", file.string(), dress));
  };
  if (std::filesystem::is_regular_file(path)) look(path);
  if (!std::filesystem::is_directory(path)) return found;
  for (const auto& each : std::filesystem::recursive_directory_iterator(path)) {
    if (each.is_regular_file()) look(each.path());
  }
  return found;
}

}  // namespace holdfast::test
