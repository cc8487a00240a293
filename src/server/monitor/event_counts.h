// What the server counts while it happens: requests and attempts of operations.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/instruments.h"
#include "work/witness.h"

#include "base/units.h"
#include "http/server/server.h"
#include "os/clock.h"

namespace holdfast::server {

// Which request it was, in words from closed lists.
struct RequestLabels {
  std::string verb;      // "list", "get", …; "other"
  std::string resource;  // plural of a kind; "discovery", "openapi", "health", "metrics", "version", "unknown"
};

// Safe for any thread.
class EventCounts final : public work::Witness {
 public:
  EventCounts();

  void attempt_ended(const work::AttemptReport& report) override;
  // A request that the HTTP server refused by itself.
  void refused(int status);
  // Counts the answer when it is given, by whoever gives it. Clock and counts outlive it.
  std::unique_ptr<http::Responder> metered(std::unique_ptr<http::Responder> responder, RequestLabels labels,
                                           os::Clock& clock);

  std::string text() const { return instruments_.text(); }

 private:
  friend class MeteredResponder;
  void answered(const RequestLabels& labels, int status, std::optional<Duration> took);
  void show_all();

  metrics::Instruments instruments_;
  metrics::Counter& requests_;
  metrics::Counter& refusals_;
  metrics::Histogram& request_seconds_;
  metrics::Counter& attempts_;
  metrics::Counter& failures_;
  metrics::Histogram& attempt_seconds_;
  metrics::Histogram& start_delay_;
  metrics::Histogram& backup_size_;
  metrics::Counter& snapshot_bytes_;
  metrics::Counter& stored_bytes_;
};

}  // namespace holdfast::server
