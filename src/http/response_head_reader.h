// Private to http/: puts the head of an answer together from its lines.
#pragma once

#include <string_view>

#include "http/transport.h"

namespace holdfast::http {

class ResponseHeadReader {
 public:
  // Takes one line, with or without its line end. True when the head of the final answer is complete with it; interim
  // answers (1xx) are passed over. Lines after that (trailers of a chunked body) are ignored.
  // Code::unsupported when the head is larger than kLargestHead.
  Result<bool> take_line(std::string_view line);

  const ResponseHead& head() const { return head_; }
  std::size_t bytes() const { return bytes_; }  // taken so far

 private:
  void take_status(std::string_view line);
  void take_field(std::string_view line);

  ResponseHead head_;
  std::size_t bytes_ = 0;
  bool complete_ = false;
};

inline constexpr std::size_t kLargestHead = 256 * kKiB;  // far above what any server sends, far below what would hurt

}  // namespace holdfast::http
