// Collects what verify() finds. Private to snapshot/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "snapshot/bolt_format.h"
#include "snapshot/verify.h"

namespace holdfast::snapshot {

class Findings {
 public:
  // Keeps the first `max`, counts the others.
  explicit Findings(std::size_t max) : max_(max) {}

  template <class... Args>
  void error(std::string_view check, std::string where, fmt::format_string<Args...> format, Args&&... args) {
    add(Severity::error, check, std::move(where), fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(std::string_view check, std::string where, fmt::format_string<Args...> format, Args&&... args) {
    add(Severity::warning, check, std::move(where), fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void note(std::string_view check, std::string where, fmt::format_string<Args...> format, Args&&... args) {
    add(Severity::note, check, std::move(where), fmt::format(format, std::forward<Args>(args)...));
  }

  std::uint64_t errors() const { return errors_; }
  std::uint64_t dropped() const { return dropped_; }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  void add(Severity severity, std::string_view check, std::string where, std::string what);

  const std::size_t max_;
  std::vector<Finding> findings_;
  std::uint64_t dropped_ = 0;
  std::uint64_t errors_ = 0;
};

// "page 4711"; "bucket key, page 4711".
std::string at_page(PageId page);
std::string at_page(std::string_view bucket, PageId page);

// Bytes of a file as text for a person: printable ones as they are, the others escaped, cut after 60.
std::string readable(ByteView bytes);

}  // namespace holdfast::snapshot
