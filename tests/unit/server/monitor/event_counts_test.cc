#include "server/monitor/event_counts.h"

#include <gtest/gtest.h>

#include "os/clock.h"

namespace holdfast::server {
namespace {

using std::chrono::seconds;

void expect_line(const EventCounts& counts, const std::string& line) {
  EXPECT_NE(("\n" + counts.text()).find("\n" + line + "\n"), std::string::npos) << line << "\n" << counts.text();
}

// Takes answers and forgets them.
class Sink : public http::Responder {
 public:
  void send(http::ServerResponse) override {}
  std::shared_ptr<http::ResponseStream> stream(http::ServerResponse) override { return nullptr; }
};

std::unique_ptr<http::Responder> responder(EventCounts& counts) {
  return counts.metered(std::make_unique<Sink>(), {.verb = "list", .resource = "backups"}, os::real_clock());
}

TEST(EventCounts, CountEverythingFromZero) {
  const EventCounts counts;

  expect_line(counts, R"(holdfast_operation_attempts_total{result="failed",type="Backup"} 0)");
  expect_line(counts, R"(holdfast_operation_failures_total{reason="TIMEOUT",type="Backup"} 0)");
  expect_line(counts, R"(holdfast_operation_duration_seconds_count{type="Restore"} 0)");
  expect_line(counts, R"(holdfast_http_refused_total{code="429"} 0)");
}

TEST(EventCounts, TakeABackupWithItsSizes) {
  EventCounts counts;

  counts.attempt_ended({.type = "Backup",
                        .result = "completed",
                        .reason = "",
                        .took = seconds(3),
                        .late = seconds(2),
                        .size_bytes = 2 << 20,
                        .stored_bytes = 1 << 20});

  expect_line(counts, R"(holdfast_operation_attempts_total{result="completed",type="Backup"} 1)");
  expect_line(counts, R"(holdfast_operation_duration_seconds_bucket{type="Backup",le="1"} 0)");
  expect_line(counts, R"(holdfast_operation_duration_seconds_bucket{type="Backup",le="5"} 1)");
  expect_line(counts, R"(holdfast_operation_start_delay_seconds_sum{type="Backup"} 2)");
  expect_line(counts, "holdfast_backup_size_bytes_count 1");
  expect_line(counts, "holdfast_backup_snapshot_bytes_total 2097152");
  expect_line(counts, "holdfast_backup_stored_bytes_total 1048576");
}

TEST(EventCounts, TakeAFailureWithItsReason) {
  EventCounts counts;

  counts.attempt_ended({.type = "Delete", .result = "retried", .reason = "UNAVAILABLE", .took = seconds(1)});

  expect_line(counts, R"(holdfast_operation_attempts_total{result="retried",type="Delete"} 1)");
  expect_line(counts, R"(holdfast_operation_failures_total{reason="UNAVAILABLE",type="Delete"} 1)");
  expect_line(counts, R"(holdfast_operation_duration_seconds_count{type="Delete"} 0)");
}

TEST(EventCounts, WordsOfAnotherVersionMakeNoNewSeries) {
  EventCounts counts;

  for (const char* type : {"Levitate", "Teleport"})
    counts.attempt_ended({.type = type, .result = "failed", .reason = "UNHEARD_OF", .took = seconds(1)});

  expect_line(counts, R"(holdfast_operation_failures_total{reason="other",type="other"} 2)");
}

TEST(EventCounts, TakeAnswersByVerbResourceAndCode) {
  EventCounts counts;

  responder(counts)->send({.status = 404, .headers = {}, .body = {}});

  expect_line(counts, R"(holdfast_http_requests_total{code="404",resource="backups",verb="list"} 1)");
  expect_line(counts, R"(holdfast_http_request_duration_seconds_count{verb="list"} 1)");
}

TEST(EventCounts, DoNotTimeStreams) {
  EventCounts counts;

  responder(counts)->stream({.status = 200, .headers = {}, .body = {}});

  expect_line(counts, R"(holdfast_http_requests_total{code="200",resource="backups",verb="list"} 1)");
  EXPECT_EQ(counts.text().find("holdfast_http_request_duration_seconds_count{"), std::string::npos);
}

TEST(EventCounts, AnAnswerThatNeverCameIsA500) {
  EventCounts counts;

  responder(counts).reset();

  expect_line(counts, R"(holdfast_http_requests_total{code="500",resource="backups",verb="list"} 1)");
}

}  // namespace
}  // namespace holdfast::server
