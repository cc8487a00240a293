#include "http/response_head_reader.h"

#include <charconv>

namespace holdfast::http {
namespace {

constexpr int kFirstFinalStatus = 200;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

Result<bool> ResponseHeadReader::take_line(std::string_view line) {
  bytes_ += line.size();
  if (complete_) return false;
  if (bytes_ > kLargestHead)
    return fail(Code::unsupported, "the answer's headers are larger than {} bytes", kLargestHead);
  if (line.starts_with("HTTP/")) {
    take_status(line);
  } else if (trimmed(line).empty()) {
    complete_ = head_.status >= kFirstFinalStatus;
  } else {
    take_field(line);
  }
  return complete_;
}

// "HTTP/1.1 200 OK"; a new one begins a new answer.
void ResponseHeadReader::take_status(std::string_view line) {
  head_ = {};
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return;
  const std::string_view number = trimmed(line.substr(space));
  std::from_chars(number.data(), number.data() + number.size(), head_.status);
}

void ResponseHeadReader::take_field(std::string_view line) {
  if ((line.front() == ' ' || line.front() == '\t') && !head_.headers.empty()) {
    head_.headers.back().value.append(" ").append(trimmed(line));  // the old way to continue a long value
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  head_.headers.push_back({std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
}

}  // namespace holdfast::http
