// What a person should hear of an Operation while it goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/units.h"
#include "model/json.h"
#include "pipeline/progress.h"

namespace holdfast::cli {

bool has_ended(const json::Value& operation);

// For a progress display: the stage, and the bytes that the operation reports.
pipeline::ProgressUpdate progress_of(const json::Value& operation);

// Follows one operation from its making. One thread at a time.
class OperationNews {
 public:
  // Of each change. A sentence when an attempt has failed and another one follows.
  std::optional<std::string> take(const json::Value& operation, WallTime now);
  // A sentence for those who have heard nothing for a while: that it has not begun, or does not move. None when bytes
  // have moved since this was asked the last time.
  std::optional<std::string> still(WallTime now);
  // "attempt 2 failed: …": what went wrong last; empty when nothing did.
  std::string trouble() const;
  std::string hint() const { return hint_; }  // against that; may be empty

 private:
  bool begun_ = false;
  std::int64_t attempt_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t told_bytes_ = 0;
  std::optional<WallTime> since_;  // when it was first seen
  std::int64_t failed_attempt_ = 0;
  std::string message_;
  std::string hint_;
};

}  // namespace holdfast::cli
