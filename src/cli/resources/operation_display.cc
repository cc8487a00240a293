#include "cli/resources/operation_display.h"

namespace holdfast::cli {
namespace {

// Most operations are over before that.
constexpr Duration kFirstSilence = std::chrono::seconds(10);
constexpr Duration kSilence = std::chrono::minutes(1);

}  // namespace

OperationDisplay::OperationDisplay(Session& session)
    : session_(session),
      progress_(session.progress()),
      thread_([this](const std::stop_token& ended) { watch_for_silence(ended); }) {}

OperationDisplay::~OperationDisplay() {
  thread_.request_stop();
  thread_.join();
}

void OperationDisplay::show(const json::Value& operation) {
  progress_->update(progress_of(operation));
  const std::lock_guard lock(mutex_);
  if (const auto sentence = news_.take(operation, session_.world().clock.now())) session_.note(*progress_, *sentence);
}

std::string OperationDisplay::trouble() const {
  const std::lock_guard lock(mutex_);
  return news_.trouble();
}

std::string OperationDisplay::hint() const {
  const std::lock_guard lock(mutex_);
  return news_.hint();
}

void OperationDisplay::watch_for_silence(const std::stop_token& ended) {
  os::Clock& clock = session_.world().clock;
  Duration pause = kFirstSilence;
  while (clock.sleep_for(pause, ended)) {
    pause = kSilence;
    const std::lock_guard lock(mutex_);
    if (const auto sentence = news_.still(clock.now())) session_.note(*progress_, *sentence);
  }
}

}  // namespace holdfast::cli
