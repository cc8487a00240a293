// Somebody who counts what the runner does.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/units.h"

namespace holdfast::work {

// One attempt that has ended. The texts live as long as the call.
struct AttemptReport {
  std::string_view type;    // of the operation: "Backup"
  std::string_view result;  // attempt_log.h
  std::string_view reason;  // code of the error ("TIMEOUT") when it failed, for good or until the next attempt
  Duration took{};
  std::optional<Duration> late;    // from the time it was due to its begin; of first attempts
  std::uint64_t size_bytes = 0;    // of a backup that was made
  std::uint64_t stored_bytes = 0;  // the same, as it lies in the destination
};

class Witness {
 public:
  virtual ~Witness() = default;
  // On a thread that works; several at once. Quick.
  virtual void attempt_ended(const AttemptReport& report) = 0;
};

}  // namespace holdfast::work
