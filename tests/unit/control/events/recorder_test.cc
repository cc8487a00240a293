#include "control/events/recorder.h"

#include <gtest/gtest.h>

#include "support/control_plane.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::control {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::ControlPlane;
using test::text_of;

constexpr const char* kSpace = "cluster-prod";

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() : plane_({.directory = dir_.path(), .clock = &clock_, .decides = false, .works = false}) {
    plane_.make_seed("/nowhere");
    plane_.make_cluster("prod", {"http://127.0.0.1:2379"});
    plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"cluster-prod"}})");
  }

  std::unique_ptr<Recorder> start() {
    return std::make_unique<Recorder>(
        Recorder::Parts{.registry = plane_.registry(),
                        .hub = plane_.hub(),
                        .clock = clock_,
                        .leads = [this] { return leads_.load(); }},
        RecorderOptions{.instance = "server-1", .most_waiting = 50, .pause = Duration::zero()});
  }

  // Waits until it has begun to listen: what is told before that is lost.
  void wait_until_it_listens(Recorder& recorder) {
    ASSERT_TRUE(ControlPlane::wait_until([&] {
      clock_.advance(seconds(1));
      recorder.tell(on_cluster("Ready", "it listens"));
      return recorder.counters().written > 0;
    }));
  }

  static Happening on_cluster(std::string reason, std::string message) {
    return {.type = kClusterType,
            .about = {.name_space = "", .name = "prod"},
            .uid = "",
            .warning = true,
            .reason = std::move(reason),
            .message = std::move(message)};
  }

  json::Value event_of(std::string_view reason) {
    for (json::Value& each : plane_.list("event", kSpace)) {
      if (text_of(each, {"reason"}) == reason) return std::move(each);
    }
    return {};
  }

  test::FakeClock clock_{test::FakeClock::Sleep::waits};
  test::TempDir dir_;
  std::atomic<bool> leads_{true};
  ControlPlane plane_;
};

TEST_F(RecorderTest, WritesWhatItIsToldWithTheUidOfTheResource) {
  const auto recorder = start();
  wait_until_it_listens(*recorder);
  recorder->tell(on_cluster("Broken", "it broke"));
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !event_of("Broken").is_null(); }));
  const json::Value event = event_of("Broken");
  EXPECT_EQ(text_of(event, {"involvedObject", "uid"}), text_of(plane_.get("cluster", "", "prod"), {"metadata", "uid"}));
  EXPECT_EQ(text_of(event, {"message"}), "it broke");
  recorder->tell(on_cluster("Broken", "it broke"));
  EXPECT_TRUE(ControlPlane::wait_until([&] { return number_at(event_of("Broken"), {"count"}) == 2; }));
}

TEST_F(RecorderTest, TellsOfChangesOfResources) {
  const auto recorder = start();
  wait_until_it_listens(*recorder);
  plane_.create("operation", kSpace, R"({"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{"name":"op"},
      "spec":{"type":"Backup","cluster":"prod","destination":"disk"}})");
  registry::WriteOptions options;
  options.by_server = true;
  options.subresource = "status";
  const auto fail = [](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    member_of(after, "status")["phase"] = "Failed";
    member_of(after, "status")["message"] = "no such bucket";
    return after;
  };
  ASSERT_TRUE(plane_.registry().update(plane_.kind("operation"), {.name_space = kSpace, .name = "op"}, fail, options));
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !event_of("BackupFailed").is_null(); }));
  EXPECT_EQ(text_of(event_of("BackupFailed"), {"message"}), "op: no such bucket");
}

TEST_F(RecorderTest, ForgetsEventsAlsoOfOthersAfterAnHour) {
  plane_.create("event", kSpace, R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"foreign"},"reason":"Foreign",
      "involvedObject":{"kind":"Cluster","name":"prod"}})");
  const auto recorder = start();
  wait_until_it_listens(*recorder);
  clock_.advance(minutes(50));
  recorder->tell(on_cluster("Late", "still there"));
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !event_of("Late").is_null(); }));
  ASSERT_FALSE(event_of("Foreign").is_null());
  clock_.advance(minutes(11));
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(seconds(1));
    return event_of("Foreign").is_null();
  }));
  EXPECT_FALSE(event_of("Late").is_null());
  clock_.advance(minutes(50));
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(seconds(1));
    return event_of("Late").is_null();
  }));
}

TEST_F(RecorderTest, WritesNothingUntilItsServerLeads) {
  leads_ = false;
  const auto recorder = start();
  for (int i = 0; i < 5; ++i) {
    recorder->tell(on_cluster("Early", "nobody writes this"));
    clock_.advance(seconds(1));
  }
  leads_ = true;
  wait_until_it_listens(*recorder);
  EXPECT_TRUE(event_of("Early").is_null());
}

TEST_F(RecorderTest, DropsWhatIsTooMuchAndWhatIsAboutNothing) {
  const auto recorder = start();
  wait_until_it_listens(*recorder);
  for (int i = 0; i < 1000; ++i)
    recorder->tell(on_cluster("Flood", "again"));
  Happening nobody = on_cluster("Lost", "of a cluster that is gone");
  nobody.about.name = "gone";
  ASSERT_TRUE(ControlPlane::wait_until([&] { return recorder->counters().waiting == 0; }));
  recorder->tell(nobody);
  ASSERT_TRUE(ControlPlane::wait_until([&] { return recorder->counters().waiting == 0; }));
  EXPECT_GT(recorder->counters().dropped, 900U);
  EXPECT_LE(number_at(event_of("Flood"), {"count"}).value_or(0), 25);
  EXPECT_TRUE(event_of("Lost").is_null());
}

}  // namespace
}  // namespace holdfast::control
