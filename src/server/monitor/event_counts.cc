#include "server/monitor/event_counts.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/result.h"

namespace holdfast::server {
namespace {

// Of what the server does itself; orders for launchers are none of it.
constexpr std::array<std::string_view, 6> kTypes{"Backup", "Delete", "Verify", "Probe", "Inventory", "Restore"};
constexpr std::array<std::string_view, 6> kResults{"completed", "cancelled", "failed", "retried", "stopped", "lost"};

std::vector<double> request_bounds() {
  return {0.005, 0.025, 0.1, 0.25, 1, 5, 30};
}

std::vector<double> attempt_bounds() {
  return {1, 5, 15, 60, 300, 900, 3600, 4 * 3600};
}

std::vector<double> delay_bounds() {
  return {1, 5, 30, 60, 300, 1800, 3600};
}

// 1 MiB to 16 GiB.
std::vector<double> size_bounds() {
  std::vector<double> bounds;
  for (double bound = 1 << 20; bound <= 16.0 * (1 << 30); bound *= 4)
    bounds.push_back(bound);
  return bounds;
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// A word of the list: types and codes come out of objects that may be of another version.
std::string_view known(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) == words.end() ? "other" : word;
}

std::vector<std::string_view> reasons() {
  std::vector<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Code::cancelled); ++code)
    names.push_back(code_name(static_cast<Code>(code)));
  return names;
}

}  // namespace

class MeteredResponder final : public http::Responder {
 public:
  MeteredResponder(EventCounts& counts, std::unique_ptr<http::Responder> responder, RequestLabels labels,
                   os::Clock& clock)
      : counts_(counts), responder_(std::move(responder)), labels_(std::move(labels)), clock_(clock) {}

  // A handler that threw: the client gets a 500.
  ~MeteredResponder() override {
    if (!answered_) counts_.answered(labels_, 500, clock_.steady() - begun_);
  }

  void send(http::ServerResponse response) override {
    answered_ = true;
    counts_.answered(labels_, response.status, clock_.steady() - begun_);
    responder_->send(std::move(response));
  }
  // How long a watch lasts is nothing about the server.
  std::shared_ptr<http::ResponseStream> stream(http::ServerResponse head) override {
    answered_ = true;
    counts_.answered(labels_, head.status, std::nullopt);
    return responder_->stream(std::move(head));
  }

 private:
  EventCounts& counts_;
  const std::unique_ptr<http::Responder> responder_;
  const RequestLabels labels_;
  os::Clock& clock_;
  const os::SteadyTime begun_ = clock_.steady();
  bool answered_ = false;
};

EventCounts::EventCounts()
    : requests_(instruments_.counter("holdfast_http_requests_total", "Requests that were answered.")),
      refusals_(instruments_.counter("holdfast_http_refused_total",
                                     "Requests that were refused before anybody looked at their path.")),
      request_seconds_(instruments_.histogram("holdfast_http_request_duration_seconds",
                                              "Seconds to the answer; without watches.", request_bounds())),
      attempts_(instruments_.counter("holdfast_operation_attempts_total",
                                     "Attempts of operations that have ended on this server.")),
      failures_(instruments_.counter("holdfast_operation_failures_total",
                                     "Attempts of operations that failed, by the code of the error.")),
      attempt_seconds_(instruments_.histogram("holdfast_operation_duration_seconds",
                                              "Seconds that completed attempts took.", attempt_bounds())),
      start_delay_(instruments_.histogram("holdfast_operation_start_delay_seconds",
                                          "Seconds from the time an operation was due to its beginning.",
                                          delay_bounds())),
      backup_size_(instruments_.histogram("holdfast_backup_size_bytes", "Sizes of the snapshots of backups made.",
                                          size_bounds())),
      snapshot_bytes_(instruments_.counter("holdfast_backup_snapshot_bytes_total", "Bytes of snapshots backed up.")),
      stored_bytes_(
          instruments_.counter("holdfast_backup_stored_bytes_total", "Bytes of those backups in their destinations.")) {
  show_all();
}

// Counters that appear with their first event hide it from rate() and increase().
void EventCounts::show_all() {
  for (const std::string_view type : kTypes) {
    for (const std::string_view result : kResults)
      attempts_.add({{"type", type}, {"result", result}}, 0);
    for (const std::string_view reason : reasons())
      failures_.add({{"type", type}, {"reason", reason}}, 0);
    attempt_seconds_.show({{"type", type}});
    start_delay_.show({{"type", type}});
  }
  backup_size_.show({});
  snapshot_bytes_.add({}, 0);
  stored_bytes_.add({}, 0);
  for (const std::string_view code : {"400", "408", "413", "414", "417", "429", "431", "500", "501", "505"})
    refusals_.add({{"code", code}}, 0);
}

void EventCounts::attempt_ended(const work::AttemptReport& report) {
  const std::string_view type = known(kTypes, report.type);
  attempts_.add({{"type", type}, {"result", known(kResults, report.result)}});
  if (!report.reason.empty()) failures_.add({{"type", type}, {"reason", known(reasons(), report.reason)}});
  if (report.late) start_delay_.observe({{"type", type}}, seconds(*report.late));
  if (report.result != "completed") return;
  attempt_seconds_.observe({{"type", type}}, seconds(report.took));
  if (type != "Backup") return;
  backup_size_.observe({}, static_cast<double>(report.size_bytes));
  snapshot_bytes_.add({}, static_cast<double>(report.size_bytes));
  stored_bytes_.add({}, static_cast<double>(report.stored_bytes));
}

void EventCounts::refused(int status) {
  refusals_.add({{"code", fmt::format("{}", status)}});
}

void EventCounts::answered(const RequestLabels& labels, int status, std::optional<Duration> took) {
  const std::string code = fmt::format("{}", status);
  requests_.add({{"verb", labels.verb}, {"resource", labels.resource}, {"code", code}});
  if (took) request_seconds_.observe({{"verb", labels.verb}}, seconds(*took));
}

std::unique_ptr<http::Responder> EventCounts::metered(std::unique_ptr<http::Responder> responder, RequestLabels labels,
                                                      os::Clock& clock) {
  return std::make_unique<MeteredResponder>(*this, std::move(responder), std::move(labels), clock);
}

}  // namespace holdfast::server
