// One attempt that runs: how far it is, and why it was told to stop.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>

#include "model/json.h"
#include "os/clock.h"
#include "pipeline/progress.h"

namespace holdfast::work {

enum class StopReason {
  none,
  shut_down,   // the server stops: somebody goes on with the operation later
  claim_lost,  // somebody else may be doing it already: whatever comes out of this attempt does not count
  stalled,     // nothing has moved for too long
  cancelled,   // spec.cancel: nobody wants it any more
};

// Safe for any thread.
class Attempt final : public pipeline::Progress {
 public:
  explicit Attempt(os::Clock& clock) : clock_(clock), begun_(clock.steady()), moved_(begun_) {}

  void update(const pipeline::ProgressUpdate& update) override;

  // The first reason counts.
  void stop(StopReason reason);
  StopReason reason() const;
  std::stop_token token() const { return stop_.get_token(); }

  // How long nothing has moved.
  Duration still_for() const;
  // For status.progress; nothing when it is what it was the last time, or has just begun.
  std::optional<json::Object> news();

 private:
  os::Clock& clock_;
  const os::SteadyTime begun_;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  os::SteadyTime moved_;  // protected by mutex_, as what follows
  pipeline::ProgressUpdate latest_;
  std::uint64_t told_ = 0;
  StopReason reason_ = StopReason::none;
};

}  // namespace holdfast::work
