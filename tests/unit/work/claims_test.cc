#include "work/claims.h"

#include <gtest/gtest.h>

#include "control/manager/views.h"
#include "support/control_plane.h"
#include "support/forwarding_store.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

using std::chrono::seconds;

// A store whose commits fail, before or after they were carried out.
class FailingStore : public test::ForwardingStore {
 public:
  enum class Fails { no, before, after };

  using ForwardingStore::ForwardingStore;
  Fails fails = Fails::no;

  Result<store::Outcome> commit(const store::Transaction& transaction) override {
    if (fails == Fails::before) return fail(Code::no_space, "the disk is full");
    auto outcome = ForwardingStore::commit(transaction);
    if (fails == Fails::after) return fail(Code::timeout, "no answer");
    return outcome;
  }
};

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

TEST_F(ClaimsTest, WhatCouldNotBeReleasedIsFreeWhenTheStoreIsBack) {
  FailingStore store(plane_.store());
  Claims claims(store, "three", seconds(60));
  ASSERT_TRUE(claims.start());
  const auto kept = claims.claim(request("n/kept", "other"));
  const auto claim = claims.claim(request("n/op", "prod", "s/disk"));
  ASSERT_TRUE(kept && *kept && claim && *claim);
  store.fails = FailingStore::Fails::before;
  claims.release(**claim);
  ASSERT_TRUE(claims.keep());
  EXPECT_FALSE(*two_.claim(request("n/op")));
  store.fails = FailingStore::Fails::no;

  ASSERT_TRUE(claims.keep());

  EXPECT_TRUE(*two_.claim(request("n/op", "prod", "s/disk")));
  EXPECT_FALSE(*two_.claim(request("n/kept"))) << "a claim that is at work is nobody's to take";
}

TEST_F(ClaimsTest, AClaimWhoseAnswerNeverCameHoldsNothingUp) {
  FailingStore store(plane_.store());
  Claims claims(store, "three", seconds(60));
  ASSERT_TRUE(claims.start());
  store.fails = FailingStore::Fails::after;
  ASSERT_FALSE(claims.claim(request("n/op", "prod")));
  store.fails = FailingStore::Fails::no;
  EXPECT_FALSE(*claims.claim(request("n/op", "prod")));

  ASSERT_TRUE(claims.keep());

  EXPECT_TRUE(*claims.claim(request("n/op", "prod")));
}

}  // namespace
}  // namespace holdfast::work
