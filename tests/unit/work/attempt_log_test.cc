#include "work/attempt_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/control/times.h"
#include "work/operation_status.h"
#include "work/witness.h"

#include "base/log.h"
#include "control/reconcile/objects.h"
#include "support/control_plane.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

using control::at;
using testing::HasSubstr;

const control::Instant kNow = at("2026-11-21T10:00:00Z");

class LastReport : public Witness {
 public:
  void attempt_ended(const AttemptReport& report) override {
    result = report.result;
    reason = report.reason;
    type = report.type;
    took = report.took;
    late = report.late;
    stored_bytes = report.stored_bytes;
  }
  std::string type;
  std::string result;
  std::string reason;
  Duration took{};
  std::optional<Duration> late;
  std::uint64_t stored_bytes = 0;
};

class AttemptLogs : public testing::Test {
 protected:
  static json::Value operation() {
    json::Value value = control::new_object(control::kOperationType, "cluster-prod", "op-1");
    control::member_of(value, "spec") =
        json::Object{{"type", "Backup"}, {"cluster", "prod"}, {"notBefore", "2026-11-21T09:59:50Z"}};
    return value;
  }
  static Error error() { return {.code = Code::timeout, .message = "nothing moved", .hint = {}, .context = {}}; }

  // What one attempt logs.
  std::string log_of(const json::Value& begun_one, const json::Value& after, bool written = true) {
    log::configure(log::Level::info, false);
    testing::internal::CaptureStderr();
    const AttemptLog attempt(world, begun_one);
    clock.advance(std::chrono::seconds(3));
    attempt.ended(after, written);
    log::configure(log::Level::warning, false);
    return testing::internal::GetCapturedStderr();
  }

  test::TempDir dir;
  test::FakeClock clock{test::FakeClock::Sleep::waits};
  test::ControlPlane plane{{.directory = dir.path(), .decides = false, .works = false}};
  os::Environment environment;
  LastReport witness;
  World world{.registry = plane.registry(),
              .files = os::real_file_system(),
              .clock = clock,
              .random = os::real_random(),
              .environment = environment,
              .processes = os::real_processes(),
              .spool_directory = "",
              .connect = {},
              .witness = &witness};
};

TEST_F(AttemptLogs, NameOperationAndClusterAtBeginAndEnd) {
  const json::Value one = begun(operation(), "server-1", kNow);
  TaskOutcome outcome;
  outcome.result = {{"storedBytes", 77}};

  const std::string log = log_of(one, completed(one, outcome, kNow));

  EXPECT_THAT(log, HasSubstr(R"(event="operation.begin" operation="cluster-prod/op-1" type="Backup" cluster="prod")"));
  EXPECT_THAT(log, HasSubstr(R"(event="operation.end" operation="cluster-prod/op-1" type="Backup" cluster="prod")"));
  EXPECT_THAT(log, HasSubstr(R"(result="completed" seconds="3.000")"));
  EXPECT_EQ(witness.result, "completed");
  EXPECT_EQ(witness.took, std::chrono::seconds(3));
  EXPECT_EQ(witness.stored_bytes, 77U);
}

TEST_F(AttemptLogs, TellWhyAnAttemptFailed) {
  const json::Value one = begun(operation(), "server-1", kNow);

  const std::string log = log_of(one, failed(one, error(), kNow));

  EXPECT_THAT(log, HasSubstr(R"(level="warning" event="operation.end")"));
  EXPECT_THAT(log, HasSubstr(R"(result="retried")"));
  EXPECT_THAT(log, HasSubstr(R"(reason="TIMEOUT" message="nothing moved")"));
  EXPECT_EQ(witness.reason, "TIMEOUT");
}

TEST_F(AttemptLogs, MeasureOnlyFirstAttemptsAgainstTheirTime) {
  const json::Value one = begun(operation(), "server-1", kNow);
  log_of(one, one);
  EXPECT_TRUE(witness.late);

  const json::Value two = begun(failed(one, error(), kNow), "server-1", kNow);
  log_of(two, two);
  EXPECT_FALSE(witness.late);
}

TEST_F(AttemptLogs, KnowHowAttemptsEnd) {
  const json::Value one = begun(operation(), "server-1", kNow);
  const Error wrong{.code = Code::usage, .message = "no endpoints", .hint = {}, .context = {}};
  TaskOutcome cancelled;
  cancelled.cancelled = true;

  EXPECT_EQ(attempt_result(completed(one, {}, kNow), true), "completed");
  EXPECT_EQ(attempt_result(completed(one, cancelled, kNow), true), "cancelled");
  EXPECT_EQ(attempt_result(failed(one, wrong, kNow), true), "failed");
  EXPECT_EQ(attempt_result(failed(one, error(), kNow), true), "retried");
  EXPECT_EQ(attempt_result(put_back(one), true), "stopped");
  EXPECT_EQ(attempt_result(completed(one, {}, kNow), false), "lost");
}

}  // namespace
}  // namespace holdfast::work
