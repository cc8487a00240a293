#include "work/health/health_watch.h"

#include <atomic>

#include <gtest/gtest.h>

#include "control/reconcile/objects.h"
#include "support/control_plane.h"
#include "support/fake_clock.h"
#include "support/fake_etcd.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::ControlPlane;

class HealthWatchTest : public testing::Test {
 protected:
  test::ControlPlaneOptions options() {
    return {.directory = dir_.path(),
            .clock = &clock_,
            .decides = false,
            .works = false,
            .asks = true,
            .connect = [this](const etcd::ClientOptions&) -> Result<std::unique_ptr<etcd::Client>> {
              ++connected_;
              if (away_) return fail(Code::unavailable, "nobody answers");
              auto fake = std::make_unique<test::FakeEtcd>();
              fake->add_member("http://127.0.0.1:2379");
              return fake;
            }};
  }

  static std::string word(ControlPlane& plane) {
    return test::text_of(plane.get("cluster", "", "prod"), {"status", "extendedHealth", "etcd"});
  }

  bool comes_to(ControlPlane& plane, std::string_view wanted) {
    return ControlPlane::wait_until([&] {
      clock_.advance(seconds(1));
      return word(plane) == wanted;
    });
  }

  // So many more looks, however much time they take.
  void wait_for_looks(ControlPlane& plane, std::uint64_t more) {
    const std::uint64_t end = plane.health().counters().looks + more;
    ASSERT_TRUE(ControlPlane::wait_until([&] {
      clock_.advance(seconds(1));
      return plane.health().counters().looks >= end;
    }));
  }

  test::FakeClock clock_{test::FakeClock::Sleep::waits};
  test::TempDir dir_;
  std::atomic<int> connected_{0};
  std::atomic<bool> away_{false};
};

TEST_F(HealthWatchTest, LooksAtClustersThatWereThereAndThatCome) {
  {
    auto before = options();
    before.asks = false;
    ControlPlane plane(before);
    plane.make_cluster("prod", {"http://127.0.0.1:2379"});
  }
  ControlPlane plane(options());
  EXPECT_TRUE(comes_to(plane, "HealthStatusUp"));
  plane.make_cluster("new", {"http://127.0.0.1:2379"});
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(seconds(1));
    return !test::text_of(plane.get("cluster", "", "new"), {"status", "etcd", "leader"}).empty();
  }));
}

TEST_F(HealthWatchTest, SaysWhenItTurns) {
  ControlPlane plane(options());
  plane.make_cluster("prod", {"http://127.0.0.1:2379"});
  ASSERT_TRUE(comes_to(plane, "HealthStatusUp"));
  away_ = true;
  EXPECT_TRUE(comes_to(plane, "HealthStatusDown"));
  away_ = false;
  EXPECT_TRUE(comes_to(plane, "HealthStatusUp"));
}

TEST_F(HealthWatchTest, WritesWhatIsNoNewsOnlyEveryTenMinutes) {
  ControlPlane plane(options());
  plane.make_cluster("prod", {"http://127.0.0.1:2379"});
  ASSERT_TRUE(comes_to(plane, "HealthStatusUp"));
  const std::uint64_t writes = plane.health().counters().writes;
  wait_for_looks(plane, 5);
  EXPECT_EQ(plane.health().counters().writes, writes);
  clock_.advance(minutes(10));
  wait_for_looks(plane, 2);
  EXPECT_EQ(plane.health().counters().writes, writes + 1);
}

TEST_F(HealthWatchTest, LooksAgainAtOnceWhenTheEndpointsChange) {
  ControlPlane plane(options());
  away_ = true;
  plane.make_cluster("prod", {"http://127.0.0.1:2379"});
  ASSERT_TRUE(comes_to(plane, "HealthStatusDown"));
  away_ = false;
  const os::SteadyTime begun = clock_.steady();
  plane.change("cluster", "", "prod", [](json::Value& cluster) {
    cluster.at("spec").at("etcd").at("endpoints").as_array().push_back("http://127.0.0.2:2379");
  });
  ASSERT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(std::chrono::milliseconds(50));
    return word(plane) == "HealthStatusUp";
  }));
  EXPECT_LT(clock_.steady() - begun, seconds(25)) << "not after its back-off";
}

TEST_F(HealthWatchTest, AClusterWithoutEndpointsHasNoHealth) {
  ControlPlane plane(options());
  plane.make_cluster("prod", {"http://127.0.0.1:2379"});
  ASSERT_TRUE(comes_to(plane, "HealthStatusUp"));
  plane.change("cluster", "", "prod", [](json::Value& cluster) { control::member_of(cluster, "spec").erase("etcd"); });
  EXPECT_TRUE(comes_to(plane, ""));
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.health().counters().clusters == 0; }));
}

TEST_F(HealthWatchTest, AMissingSecretIsNamed) {
  ControlPlane plane(options());
  plane.create("cluster", "", R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"prod"},
      "spec":{"etcd":{"endpoints":["https://127.0.0.1:2379"],"tls":{"secretRef":{"name":"certificates"}}}}})");
  ASSERT_TRUE(comes_to(plane, "HealthStatusDown"));
  const json::Value cluster = plane.get("cluster", "", "prod");
  EXPECT_NE(json::to_string(cluster).find("certificates of its etcd"), std::string::npos) << json::to_string(cluster);
  EXPECT_EQ(connected_, 0);
}

}  // namespace
}  // namespace holdfast::work
