#include "base/utf8.h"

#include <cstddef>

namespace holdfast {
namespace {

struct Lead {
  std::size_t more = 0;       // continuation bytes that follow
  unsigned first_low = 0x80;  // allowed range of the first of them
  unsigned first_high = 0xbf;
  bool ok = true;
};

// RFC 3629, section 4: the ranges that keep out overlong forms, surrogates and what lies beyond U+10FFFF.
Lead lead_of(unsigned byte) {
  if (byte < 0x80) return {};
  if (byte >= 0xc2 && byte <= 0xdf) return {.more = 1};
  if (byte == 0xe0) return {.more = 2, .first_low = 0xa0};
  if (byte == 0xed) return {.more = 2, .first_high = 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {.more = 2};
  if (byte == 0xf0) return {.more = 3, .first_low = 0x90};
  if (byte == 0xf4) return {.more = 3, .first_high = 0x8f};
  if (byte >= 0xf1 && byte <= 0xf3) return {.more = 3};
  return {.ok = false};
}

unsigned at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Lead lead = lead_of(at(text, 0));
    if (!lead.ok || text.size() <= lead.more) return false;
    if (lead.more > 0 && (at(text, 1) < lead.first_low || at(text, 1) > lead.first_high)) return false;
    for (std::size_t i = 2; i <= lead.more; ++i) {
      if (at(text, i) < 0x80 || at(text, i) > 0xbf) return false;
    }
    text.remove_prefix(lead.more + 1);
  }
  return true;
}

}  // namespace holdfast
