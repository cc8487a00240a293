// An Operation on standard error while somebody waits for it.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "cli/resources/operation_news.h"
#include "cli/session.h"

namespace holdfast::cli {

// Progress, a line for each attempt that failed, and a line from time to time when nothing moves: never silence. One
// thread watches for silence; the destructor ends it and the progress.
class OperationDisplay {
 public:
  explicit OperationDisplay(Session& session);
  ~OperationDisplay();

  void show(const json::Value& operation);
  // What went wrong last, for the error when nobody waits any longer; see OperationNews.
  std::string trouble() const;
  std::string hint() const;

 private:
  void watch_for_silence(const std::stop_token& ended);

  Session& session_;
  const std::unique_ptr<ProgressDisplay> progress_;
  mutable std::mutex mutex_;  // protects what follows
  OperationNews news_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::cli
