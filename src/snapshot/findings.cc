#include "snapshot/findings.h"

#include <algorithm>

namespace holdfast::snapshot {

void Findings::add(Severity severity, std::string_view check, std::string where, std::string what) {
  if (severity == Severity::error) ++errors_;
  const Finding finding{
      .severity = severity, .check = std::string(check), .where = std::move(where), .what = std::move(what)};
  if (findings_.size() < max_) {
    findings_.push_back(finding);
    return;
  }
  ++dropped_;
  // The first error is worth more than the last of many notes.
  if (severity != Severity::error || errors_ > 1 || max_ == 0) return;
  findings_.back() = finding;
}

std::string at_page(PageId page) {
  return fmt::format("page {}", page);
}

std::string at_page(std::string_view bucket, PageId page) {
  return fmt::format("bucket {}, page {}", bucket, page);
}

std::string readable(ByteView bytes) {
  constexpr std::size_t kLongest = 60;
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), kLongest))) {
    if (byte >= ' ' && byte < 0x7F && byte != '\\') {
      text += static_cast<char>(byte);
    } else {
      text += fmt::format("\\x{:02x}", byte);
    }
  }
  return bytes.size() > kLongest ? text + "…" : text;
}

}  // namespace holdfast::snapshot
