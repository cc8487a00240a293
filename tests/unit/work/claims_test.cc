#include "work/claims.h"

#include <gtest/gtest.h>

#include "control/manager/views.h"
#include "support/control_plane.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

using std::chrono::seconds;

class ClaimsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(one_.start());
    ASSERT_TRUE(two_.start());
  }

  static ClaimRequest request(std::string operation, std::string cluster = "", std::string destination = "") {
    return {.operation = std::move(operation),
            .cluster = std::move(cluster),
            .destination = std::move(destination),
            .destination_slots = 2};
  }

  test::TempDir dir_;
  test::ControlPlane plane_{{.directory = dir_.path(), .decides = false, .works = false}};
  Claims one_{plane_.store(), "one", seconds(60)};
  Claims two_{plane_.store(), "two", seconds(60)};
};

TEST_F(ClaimsTest, AnOperationIsClaimedOnce) {
  const auto claim = one_.claim(request("n/op"));
  ASSERT_TRUE(claim && *claim);
  EXPECT_FALSE(*two_.claim(request("n/op")));
  EXPECT_FALSE(*one_.claim(request("n/op")));
  one_.release(**claim);
  EXPECT_TRUE(*two_.claim(request("n/op")));
}

TEST_F(ClaimsTest, OneBackupOfAClusterAtATime) {
  const auto claim = one_.claim(request("n/a", "prod"));
  ASSERT_TRUE(*claim);
  EXPECT_FALSE(*two_.claim(request("n/b", "prod")));
  EXPECT_TRUE(*two_.claim(request("n/c", "other")));
  one_.release(**claim);
  EXPECT_TRUE(*two_.claim(request("n/b", "prod")));
}

TEST_F(ClaimsTest, ADestinationHasSoManySlots) {
  const auto claim = one_.claim(request("n/a", "", "europe/disk"));
  ASSERT_TRUE(*claim);
  EXPECT_TRUE(*two_.claim(request("n/b", "", "europe/disk")));
  EXPECT_FALSE(*two_.claim(request("n/c", "", "europe/disk")));
  EXPECT_TRUE(*two_.claim(request("n/d", "", "europe/tape")));
  one_.release(**claim);
  EXPECT_TRUE(*two_.claim(request("n/c", "", "europe/disk")));
}

TEST_F(ClaimsTest, ASuccessorOfTheSameNameGivesUpWhatWasLeft) {
  ASSERT_TRUE(*one_.claim(request("n/a", "prod")));
  ASSERT_TRUE(*two_.claim(request("n/b", "other")));
  Claims again(plane_.store(), "one", seconds(60));
  ASSERT_TRUE(again.start());
  EXPECT_TRUE(*again.claim(request("n/a", "prod")));
  EXPECT_FALSE(*again.claim(request("n/b", "other"))) << "that of another server stays";
}

TEST_F(ClaimsTest, ALeaseThatHasEndedIsReplacedAndSaysSo) {
  Claims brief(plane_.store(), "brief", seconds(1));
  ASSERT_TRUE(brief.start());
  ASSERT_TRUE(*brief.claim(request("n/a")));
  ASSERT_TRUE(test::ControlPlane::wait_until([&] { return two_.claim(request("n/a"))->has_value(); }));
  const Status kept = brief.keep();
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, Code::not_found);
  EXPECT_TRUE(brief.keep());
  EXPECT_TRUE(*brief.claim(request("n/b")));
}

TEST_F(ClaimsTest, AReleaseThatComesLateTakesNothingFromOthers) {
  const auto claim = one_.claim(request("n/a", "prod"));
  one_.release(**claim);
  ASSERT_TRUE(*two_.claim(request("n/a", "prod")));
  one_.release(**claim);
  EXPECT_FALSE(*one_.claim(request("n/a", "prod")));
}

TEST_F(ClaimsTest, ALostClaimRefusesTheLateResult) {
  plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"cluster-prod"}})");
  const auto claim = one_.claim(request("cluster-prod/op"));
  const api::Kind& kind = plane_.kind("backup");
  json::Value backup = control::new_object(control::kBackupType, "cluster-prod", "x");
  control::member_of(backup, "spec") = json::Object{{"cluster", "prod"}, {"destination", "disk"}, {"objectKey", "k"}};
  registry::WriteOptions options;
  options.by_server = true;
  ASSERT_TRUE(plane_.registry().create(kind, "cluster-prod", backup, options));
  options.subresource = "status";
  options.only_while = (*claim)->guard;
  const auto set_phase = [&](const char* phase) {
    return plane_.registry().update(
        kind, {.name_space = "cluster-prod", .name = "x"},
        [&](const json::Value& before) -> api::ApiResult<json::Value> {
          json::Value after = before;
          control::member_of(after, "status")["phase"] = phase;
          return after;
        },
        options);
  };
  EXPECT_TRUE(set_phase("Unverified"));
  one_.release(**claim);
  ASSERT_TRUE(*two_.claim(request("cluster-prod/op")));
  const auto late = set_phase("Completed");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, registry::kClaimLost);
  EXPECT_EQ(test::text_of(plane_.get("backup", "cluster-prod", "x"), {"status", "phase"}), "Unverified");
}

}  // namespace
}  // namespace holdfast::work
