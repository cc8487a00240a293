// Failures of a command that does the same to many objects.
#pragma once

#include <optional>
#include <utility>

#include "base/result.h"
#include "cli/session.h"

namespace holdfast::cli {

// The first failure decides how the command ends; the others are told on the way.
class Failures {
 public:
  explicit Failures(Session& session) : session_(session) {}
  void add(Error error) {
    if (first_) session_.warn(error.to_string());
    if (!first_) first_ = std::move(error);
  }
  Result<int> result() {
    if (first_) return tl::unexpected(std::move(*first_));
    return 0;
  }
  bool none() const { return !first_.has_value(); }

 private:
  Session& session_;
  std::optional<Error> first_;
};

}  // namespace holdfast::cli
