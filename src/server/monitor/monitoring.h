// What operators see of the server: metrics, and what the service manager is told.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/metrics_listen.h"
#include "server/monitor/event_counts.h"
#include "server/monitor/object_figures.h"
#include "server/monitor/watchdog.h"
#include "work/runner.h"

#include "control/manager/manager.h"
#include "http/server/server.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/service_manager.h"
#include "registry/registry.h"
#include "registry/watch_hub.h"

namespace holdfast::server {

// Safe for any thread, but for start() and stop().
class Monitoring {
 public:
  struct Parts {
    registry::Registry& registry;
    registry::WatchHub& hub;
    os::Clock& clock;
    const os::Environment& environment;
  };
  // What is there when the server has started.
  struct Running {
    http::Server& http;
    control::Manager& manager;
    work::Runner& runner;
  };
  // All parts outlive it.
  explicit Monitoring(Parts parts);
  ~Monitoring();  // stop()

  // For those who are started before start():
  work::Witness& witness() { return counts_; }
  std::unique_ptr<http::Responder> metered(const http::ServerRequest& request,
                                           std::unique_ptr<http::Responder> responder);
  void refused(int status) { counts_.refused(status); }
  http::ServerResponse metrics();  // the answer of /metrics

  // Everything answers: listens for metrics where that is wanted, tells the service manager READY=1, and keeps its
  // watchdog quiet. The running parts outlive stop().
  Status start(const Running& running, const std::optional<MetricsListen>& listen);
  // STOPPING=1. Once, before the running parts go.
  void stop();
  std::uint16_t metrics_port() const { return plain_ ? plain_->port() : std::uint16_t{0}; }

 private:
  Status listen(const MetricsListen& where);
  void answer_plainly(const http::ServerRequest& request, http::Responder& responder);
  void tell(std::string_view state);
  std::vector<VitalPart> vital_parts() const;
  std::string server_text();
  std::shared_ptr<const std::string> object_text();

  const Parts parts_;
  const os::ServiceManager service_manager_;
  EventCounts counts_;
  ObjectFigures figures_;

  std::mutex mutex_;
  std::optional<Running> running_;                  // guarded by mutex_, as what follows
  std::shared_ptr<const std::string> object_text_;  // as it was not long ago
  os::SteadyTime object_text_made_;

  std::unique_ptr<http::Server> plain_;
  std::unique_ptr<Watchdog> watchdog_;
};

}  // namespace holdfast::server
