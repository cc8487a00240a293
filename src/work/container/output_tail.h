// The last of what a program wrote, as it may be shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace holdfast::work {

constexpr std::size_t kOutputTail = 4096;  // bytes that are shown

// Takes output in pieces and keeps the end of it. Secrets are hidden when the text is asked for, so that one that came
// in two pieces is found, too; one that was cut off at the beginning is not shown either.
class OutputTail {
 public:
  explicit OutputTail(std::vector<Secret> secrets);
  ~OutputTail();
  OutputTail(const OutputTail&) = delete;
  OutputTail& operator=(const OutputTail&) = delete;

  void add(std::string_view piece);

  // UTF-8 without control characters but newlines; every secret is "***".
  std::string text() const;
  // Its last line that is not empty.
  std::string last_line() const;

 private:
  const std::vector<Secret> secrets_;  // the longest first
  const std::size_t margin_;           // bytes kept in front of what is shown
  std::string kept_;
  bool cut_ = false;  // there was more before
};

// The forms in which output may show a value: itself, its lines, percent-encoded, base64. What is shorter than 4 bytes
// is not looked for: every text would have it.
std::vector<Secret> shown_forms(const Secret& value);

}  // namespace holdfast::work
