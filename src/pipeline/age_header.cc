#include "pipeline/age_header.h"

#include <algorithm>
#include <array>
#include <optional>

namespace holdfast::pipeline::age {
namespace {

constexpr std::string_view kVersionPrefix = "age-encryption.org/";
constexpr std::string_view kArmour = "-----BEGIN AGE";
constexpr std::string_view kStanzaStart = "->";
constexpr std::string_view kEnd = "---";
constexpr std::size_t kColumns = 64;

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(Code::corrupt, "malformed age header: {}", what);
}

// Takes one line off the front of `text`, without its newline; no value when there is no newline.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto newline = text.find('\n');
  if (newline == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, newline);
  text.remove_prefix(newline + 1);
  return line;
}

Status check_version(std::string_view text) {
  if (text.starts_with(kVersionLine)) return {};
  if (kVersionLine.starts_with(text)) return malformed("it is cut off");
  if (text.starts_with(kArmour)) {
    return with_hint(fail(Code::unsupported, "an age file in ASCII armour"),
                     "take the armour off first: age -d, or base64 -d of its body");
  }
  if (text.starts_with(kVersionPrefix)) return fail(Code::unsupported, "an age file of a version other than v1");
  return with_hint(fail(Code::corrupt, "not an age file"), "is it encrypted at all? then its suffix would be .age");
}

Result<std::vector<std::string>> parse_arguments(std::string_view line) {
  if (!line.starts_with(kStanzaStart)) return malformed("a line begins neither a stanza nor the end");
  line.remove_prefix(kStanzaStart.size());
  std::vector<std::string> arguments;
  while (!line.empty()) {
    if (line.front() != ' ') return malformed("a stanza begins with something else than \"-> \"");
    line.remove_prefix(1);
    const std::string_view argument = line.substr(0, line.find(' '));
    const bool printable = std::all_of(argument.begin(), argument.end(), [](char c) { return c >= 33 && c <= 126; });
    if (argument.empty() || !printable) return malformed("a stanza has an empty or unprintable argument");
    arguments.emplace_back(argument);
    line.remove_prefix(argument.size());
  }
  if (arguments.empty()) return malformed("a stanza without arguments");
  return arguments;
}

// Full lines of 64 columns, ended by one shorter line, which may be empty.
Result<Bytes> parse_body(std::string_view& text) {
  std::string digits;
  while (true) {
    const auto line = take_line(text);
    if (!line || line->size() > kColumns) return malformed("a stanza's body is not wrapped at 64 columns");
    digits += *line;
    if (line->size() < kColumns) break;
  }
  Bytes body;
  if (!from_base64(digits, false, body)) return malformed("a stanza's body is not canonical base64");
  return body;
}

void append_stanza(std::string& text, const Stanza& stanza) {
  text += kStanzaStart;
  for (const std::string& argument : stanza.arguments)
    text.append(1, ' ').append(argument);
  text += '\n';
  const std::string digits = to_base64(stanza.body, false);
  for (std::size_t at = 0; at <= digits.size(); at += kColumns)
    text.append(digits, at, kColumns).append(1, '\n');
}

// The header ends with the first line that starts with "---". Gives the offset behind it, or nothing yet. `from` is
// where a line begins; it moves on, so that no line is looked at twice.
std::optional<std::size_t> find_end(std::string_view text, std::size_t& from) {
  while (true) {
    const auto newline = text.find('\n', from);
    if (newline == std::string_view::npos) return std::nullopt;
    const bool last = text.substr(from).starts_with(kEnd);
    from = newline + 1;
    if (last) return from;
  }
}

}  // namespace

std::string authenticated_part(const std::vector<Stanza>& stanzas) {
  std::string text(kVersionLine);
  for (const Stanza& stanza : stanzas)
    append_stanza(text, stanza);
  return text.append(kEnd);
}

std::string serialize(const Header& header) {
  return authenticated_part(header.stanzas) + " " + to_base64(header.mac, false) + "\n";
}

Result<Header> parse_header(std::string_view text) {
  HF_TRY(check_version(text));
  text.remove_prefix(kVersionLine.size());
  Header header;
  while (true) {
    const auto line = take_line(text);
    if (!line) return malformed("it is cut off");
    if (line->starts_with(kEnd)) {
      Bytes mac;
      if (header.stanzas.empty()) return malformed("it has no stanza");
      if (!line->starts_with("--- ") || !from_base64(line->substr(4), false, mac) || mac.size() != header.mac.size()) {
        return malformed("its MAC is not 32 bytes of canonical base64");
      }
      if (!text.empty()) return malformed("it goes on after its MAC");
      std::copy(mac.begin(), mac.end(), header.mac.begin());
      return header;
    }
    if (header.stanzas.size() == kMaxStanzas)
      return fail(Code::corrupt, "an age header with more than {} stanzas", kMaxStanzas);
    Stanza stanza;
    HF_ASSIGN(stanza.arguments, parse_arguments(*line));
    HF_ASSIGN(stanza.body, parse_body(text));
    header.stanzas.push_back(std::move(stanza));
  }
}

Result<ReadHeader> read_header(ByteSource& from) {
  std::array<std::uint8_t, 4096> buffer{};
  ReadHeader header;
  std::size_t line_start = 0;
  while (true) {
    HF_ASSIGN(const std::size_t count, from.read(buffer));
    if (count == 0) {
      HF_TRY(check_version(header.text));
      return malformed("it is cut off");
    }
    header.text += as_text(ByteView(buffer).first(count));
    if (header.text.size() >= kVersionLine.size()) HF_TRY(check_version(header.text));
    if (const auto end = find_end(header.text, line_start)) {
      if (*end > kMaxHeaderSize) break;
      header.rest = to_bytes(std::string_view(header.text).substr(*end));
      header.text.resize(*end);
      return header;
    }
    if (header.text.size() > kMaxHeaderSize) break;
  }
  return fail(Code::corrupt, "an age header of more than {} bytes", kMaxHeaderSize);
}

}  // namespace holdfast::pipeline::age
