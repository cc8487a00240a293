#include "snapshot/member_json.h"

#include <fmt/core.h>

namespace holdfast::snapshot {
namespace {

std::string urls_json(const MemberSpec& member) {
  std::string text = "[";
  for (const std::string& url : member.peer_urls) {
    if (text.size() > 1) text += ',';
    text += quote_json(url);
  }
  return text + ']';
}

// U+2028 and U+2029, which are line ends in JavaScript but not in JSON.
bool is_line_separator(std::string_view text) {
  return text.size() >= 3 && text.substr(0, 2) == "\xe2\x80" && (text[2] == '\xa8' || text[2] == '\xa9');
}

}  // namespace

std::string quote_json(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '<' || c == '>' || c == '&') {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else if (is_line_separator(text.substr(i))) {
      quoted += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string member_json(const MemberSpec& member) {
  return fmt::format(R"({{"id":{},"peerURLs":{},"name":{}}})", member.id, urls_json(member), quote_json(member.name));
}

std::string raft_attributes_json(const MemberSpec& member) {
  return fmt::format(R"({{"peerURLs":{}}})", urls_json(member));
}

}  // namespace holdfast::snapshot
