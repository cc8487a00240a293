#include "server/monitor/monitoring.h"

#include <atomic>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "metrics/page.h"
#include "server/action.h"
#include "server/answer.h"
#include "server/health.h"
#include "server/monitor/object_page.h"
#include "server/monitor/request_labels.h"
#include "server/monitor/server_page.h"
#include "server/path.h"

#include "base/log.h"
#include "http/server/compress.h"

namespace holdfast::server {
namespace {

// Several Prometheus servers, and people who look, share one page of ten thousand clusters.
constexpr Duration kFresh = std::chrono::seconds(5);
constexpr std::size_t kPlainConnections = 64;

// Rounds that a part says it has done by calling back.
VitalPart answering_part(std::string name, std::function<void(std::function<void()>)> ask) {
  const auto rounds = std::make_shared<std::atomic<std::uint64_t>>(0);
  return {.name = std::move(name),
          .nudge = [rounds, ask = std::move(ask)] { ask([rounds] { ++*rounds; }); },
          .rounds = [rounds] { return rounds->load(); }};
}

// A store that says it is away answers: a new start of ours would not bring it back.
void ask_store(store::Store& store, const std::function<void()>& done) {
  const auto health = store.health();
  if (health || health.error().retryable) return done();
  log::event(log::Level::error, "store not usable", {{"error", health.error().to_string()}});
}

}  // namespace

Monitoring::Monitoring(Parts parts)
    : parts_(parts), service_manager_(parts.environment), figures_(parts.registry, parts.hub) {}

Monitoring::~Monitoring() {
  stop();
}

std::unique_ptr<http::Responder> Monitoring::metered(const http::ServerRequest& request,
                                                     std::unique_ptr<http::Responder> responder) {
  return counts_.metered(std::move(responder), labels_of(parts_.registry.kinds(), request), parts_.clock);
}

void Monitoring::tell(std::string_view state) {
  if (const Status told = service_manager_.tell(state); !told)
    log::event(log::Level::warning, "service manager not told", {{"error", told.error().to_string()}});
}

Status Monitoring::start(const Running& running, const std::optional<MetricsListen>& where) {
  {
    const std::lock_guard lock(mutex_);
    running_.emplace(running);
  }
  if (where) HF_TRY(listen(*where));
  tell("READY=1");
  if (const auto interval = service_manager_.watchdog(); interval && service_manager_.listens())
    watchdog_ = std::make_unique<Watchdog>(vital_parts(), *interval, [this] { tell("WATCHDOG=1"); }, parts_.clock);
  return {};
}

void Monitoring::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (!running_) return;
    running_.reset();
  }
  watchdog_.reset();
  tell("STOPPING=1");
  if (plain_) plain_->stop(Duration::zero());
}

std::vector<VitalPart> Monitoring::vital_parts() const {
  const Running running = *running_;
  store::Store& store = parts_.registry.store();
  std::vector<VitalPart> parts;
  parts.push_back(answering_part("http", [&http = running.http](auto done) { http.pulse(std::move(done)); }));
  parts.push_back(answering_part("store", [&store](const auto& done) { ask_store(store, done); }));
  parts.push_back({.name = "manager",
                   .nudge = [&manager = running.manager] { manager.nudge(); },
                   .rounds = [&manager = running.manager] { return manager.counters().rounds; }});
  parts.push_back(
      {.name = "runner", .nudge = {}, .rounds = [&runner = running.runner] { return runner.counters().rounds; }});
  return parts;
}

Status Monitoring::listen(const MetricsListen& where) {
  http::ServerOptions options;
  options.address = where.address;
  options.port = where.port;
  options.plain_for_all = true;
  options.handler_threads = 1;
  options.connection_limit = kPlainConnections;
  options.error_answer = transport_error;
  const auto handler = [this](const http::ServerRequest& request, const std::unique_ptr<http::Responder>& responder) {
    answer_plainly(request, *responder);
  };
  HF_ASSIGN(plain_, http::start_server(options, handler, parts_.clock));
  return {};
}

void Monitoring::answer_plainly(const http::ServerRequest& request, http::Responder& responder) {
  const Place place = read_path(parts_.registry.kinds(), request.path);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  http::ServerResponse response = error_answer(api::unknown_path());
  if (reads && place.endpoint == Endpoint::metrics) response = metrics();
  if (reads && place.endpoint == Endpoint::health)
    response = health_answer(parts_.registry.store(), place.word, is_set(request, "verbose"));
  http::compress(request, response);
  responder.send(std::move(response));
}

std::string Monitoring::server_text() {
  ServerFigures figures;
  {
    const std::lock_guard lock(mutex_);
    if (running_) {
      figures.leads = running_->manager.leads();
      figures.manager = running_->manager.counters();
      figures.runner = running_->runner.counters();
      figures.http = running_->http.counts();
    }
  }
  figures.watchers = parts_.hub.watchers();
  if (const auto health = parts_.registry.store().health()) figures.store = *health;
  if (const auto usage = os::process_usage()) figures.process = *usage;
  metrics::Page page;
  write_server(page, figures);
  return page.take();
}

// Null when nothing can be said: the store is away and was never read.
std::shared_ptr<const std::string> Monitoring::object_text() {
  const std::lock_guard lock(mutex_);
  const os::SteadyTime now = parts_.clock.steady();
  if (object_text_ && now - object_text_made_ < kFresh) return object_text_;
  ObjectSummary summary;
  const Status read = figures_.read([&](const ObjectTable& table) { summary = summarize(table); });
  object_text_.reset();
  if (!read) {
    log::event(log::Level::warning, "metrics of clusters left out", {{"error", read.error().to_string()}});
    return nullptr;
  }
  metrics::Page page;
  write_objects(page, summary);
  object_text_ = std::make_shared<const std::string>(page.take());
  object_text_made_ = parts_.clock.steady();
  return object_text_;
}

http::ServerResponse Monitoring::metrics() {
  http::ServerResponse response;
  response.headers.push_back({"Content-Type", std::string(metrics::kContentType)});
  response.body = server_text() + counts_.text();
  if (const auto objects = object_text()) response.body += *objects;
  return response;
}

}  // namespace holdfast::server
