#include "control/reconcile/seed.h"

#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "control/reconcile/conditions.h"
#include "control/reconcile/deletion.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

const Instant kNow = at("2026-11-21T10:00:00Z");

class SeedPlan : public testing::Test {
 protected:
  SeedPlan() {
    view_.seed =
        json::parse(
            R"({"metadata":{"name":"europe","namespace":"kubermatic","generation":1,"finalizers":["holdfast.dev/clean-up"]},
        "spec":{"etcdBackupRestore":{"destinations":{"disk":{"type":"local","path":"/b"}}}}})",
            10'000)
            .value();
  }

  // Carries the plan out as the store would.
  Plan reconcile(Instant now) {
    Plan plan = reconcile_seed(view_, now);
    for (const Action& action : plan.actions) {
      const bool is_seed = action.type.kind == kSeedType.kind;
      if (is_seed) view_.seed = action.object;
      if (action.what == Action::What::update_status && !is_seed) replace(action.object);
      if (action.what == Action::What::create) {
        view_.operations.push_back(action.object);
        member_of(view_.operations.back(), "metadata")["creationTimestamp"] = format_instant(now);
      }
      if (action.what == Action::What::remove)
        std::erase_if(view_.operations,
                      [&](const json::Value& each) { return name_of(each) == name_of(action.object); });
    }
    return plan;
  }

  void replace(const json::Value& operation) {
    for (json::Value& each : view_.operations) {
      if (name_of(each) == name_of(operation)) each = operation;
    }
  }

  void ask_to_delete(Instant now) { member_of(view_.seed, "metadata")["deletionTimestamp"] = format_instant(now); }

  std::size_t count(std::string_view type) const {
    std::size_t count = 0;
    for (const json::Value& each : view_.operations)
      count += is_operation(each, type) ? 1U : 0U;
    return count;
  }

  void end(std::string_view type, std::string_view phase, Instant now, std::string_view message = "") {
    for (json::Value& each : view_.operations) {
      if (!is_operation(each, type)) continue;
      json::Object& status = member_of(each, "status");
      status["phase"] = phase;
      status["finishTime"] = format_instant(now);
      set_or_erase(status, "message", message);
    }
  }

  SeedView view_;
};

TEST_F(SeedPlan, TriesANewDestinationOnceAndThenListsIt) {
  reconcile(kNow);
  EXPECT_EQ(count("Probe"), 1U);
  EXPECT_EQ(find_condition(view_.seed, "DestinationsUsable")->at("reason"), json::Value("NotTried"));
  EXPECT_TRUE(reconcile(kNow).actions.empty());
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  EXPECT_TRUE(condition_holds(view_.seed, "DestinationsUsable"));
  EXPECT_EQ(count("Inventory"), 1U);
  end("Inventory", "Completed", kNow);
  reconcile(kNow);
  reconcile(kNow);
  EXPECT_TRUE(view_.operations.empty());
  const Plan plan = reconcile(kNow);
  EXPECT_TRUE(plan.actions.empty());
  EXPECT_EQ(plan.look_again, kNow + kProbeEvery);
}

TEST_F(SeedPlan, ListsAgainWhenClustersCameThatItsOrphansMayBelongTo) {
  const auto list = [&](Instant now, std::int64_t orphans) {
    for (json::Value& each : view_.operations) {
      if (is_operation(each, "Inventory")) member_of(member_of(each, "status"), "result")["orphans"] = orphans;
    }
    end("Inventory", "Completed", now);
    reconcile(now);
    reconcile(now);
  };
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  list(kNow, 2);
  ASSERT_TRUE(view_.operations.empty());
  view_.clusters = 1;
  reconcile(kNow);
  EXPECT_EQ(count("Inventory"), 0U);
  reconcile(kNow + kInventoryForNewClusters);
  ASSERT_EQ(count("Inventory"), 1U);
  list(kNow + kInventoryForNewClusters, 0);
  view_.clusters = 2;
  reconcile(kNow + 2 * kInventoryForNewClusters);
  EXPECT_EQ(count("Inventory"), 0U);
}

TEST_F(SeedPlan, RemembersTheDirectoryThatWasUsableWhileItIsNot) {
  const auto used = [&] { return view_.seed.at("status").at("destinations").at(0).at("usedDirectory"); };
  reconcile(kNow);
  member_of(member_of(view_.operations.front(), "status"), "result")["usedDirectory"] = "/b";
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  ASSERT_EQ(used(), json::Value("/b"));
  view_.operations.clear();
  reconcile(kNow + kProbeEvery);
  ASSERT_EQ(count("Probe"), 1U);

  end("Probe", "Failed", kNow + kProbeEvery, "the directory /b is not there any more");
  reconcile(kNow + kProbeEvery);

  EXPECT_EQ(used(), json::Value("/b"));
  EXPECT_FALSE(condition_holds(view_.seed, "DestinationsUsable"));
}

// Times have seconds, and a probe takes less.
TEST_F(SeedPlan, OfTwoProbesOfOneSecondTheLastCounts) {
  reconcile(kNow);
  json::Value by_hand = view_.operations.front();
  member_of(by_hand, "metadata")["name"] = "by-hand";
  member_of(by_hand, "metadata")["resourceVersion"] = "10";
  member_of(view_.operations.front(), "metadata")["resourceVersion"] = "9";
  end("Probe", "Completed", kNow);
  view_.operations.insert(view_.operations.begin(), by_hand);
  json::Object& status = member_of(view_.operations.front(), "status");
  status["phase"] = "Failed";
  status["finishTime"] = format_instant(kNow);

  reconcile(kNow);

  EXPECT_FALSE(condition_holds(view_.seed, "DestinationsUsable"));
}

TEST_F(SeedPlan, AListingByHandCountsAsOneAndIsForgotten) {
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  end("Inventory", "Completed", kNow);
  reconcile(kNow);
  reconcile(kNow);
  json::Value by_hand = new_object(kOperationType, namespace_of(view_.seed), "scan-x");
  member_of(by_hand, "spec") =
      json::Object{{"type", "Inventory"}, {"seed", name_of(view_.seed)}, {"destination", "disk"}};
  view_.operations.push_back(by_hand);
  const Instant later = kNow + Seconds(60);
  end("Inventory", "Completed", later);

  reconcile(later);
  reconcile(later);

  EXPECT_TRUE(view_.operations.empty()) << "neither that one nor another one of the server's";
  EXPECT_EQ(api::text_at(view_.seed.at("status").at("destinations").at(0), {"lastInventoryTime"}),
            format_instant(later));
}

TEST_F(SeedPlan, AListingThatFailedIsNoneAndIsTriedAgain) {
  const auto listed = [&] {
    return api::text_at(view_.seed.at("status").at("destinations").at(0), {"lastInventoryTime"});
  };
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  ASSERT_EQ(count("Inventory"), 1U);
  end("Inventory", "Failed", kNow, "the directory /b is not there any more");

  EXPECT_EQ(reconcile(kNow).look_again, kNow + kProbeBrokenEvery);
  EXPECT_EQ(count("Inventory"), 1U) << "the one that failed";
  EXPECT_EQ(listed(), "");
  reconcile(kNow + kProbeBrokenEvery);
  ASSERT_EQ(count("Inventory"), 1U) << "another one";
  end("Inventory", "Completed", kNow + kProbeBrokenEvery);
  reconcile(kNow + kProbeBrokenEvery);
  EXPECT_EQ(listed(), format_instant(kNow + kProbeBrokenEvery));
}

TEST_F(SeedPlan, ListsAgainWhenItsSettingsChange) {
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  end("Inventory", "Completed", kNow);
  reconcile(kNow);
  reconcile(kNow);
  view_.seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").get_object()["path"] = "/c";
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  EXPECT_EQ(count("Inventory"), 1U);
}

TEST_F(SeedPlan, TriesAgainWhenTheCredentialsComeOrChange) {
  view_.seed =
      json::parse(
          R"({"metadata":{"name":"europe","namespace":"kubermatic","generation":1,"finalizers":["holdfast.dev/clean-up"]},
      "spec":{"etcdBackupRestore":{"destinations":{"disk":{"bucketName":"b","credentials":{"name":"keys"}}}}}})",
          10'000)
          .value();
  view_.secrets = secrets_of(view_.seed);
  EXPECT_EQ(view_.secrets.at("disk").name_space, "kube-system");
  reconcile(kNow);
  end("Probe", "Failed", kNow, "Secret kube-system/keys is not there");
  reconcile(kNow);
  reconcile(kNow);
  ASSERT_EQ(count("Probe"), 0U);
  view_.secrets.at("disk").version = "7";
  reconcile(kNow);
  EXPECT_EQ(count("Probe"), 1U);
}

TEST_F(SeedPlan, SaysWhatIsMissingAndTriesAgainSooner) {
  reconcile(kNow);
  end("Probe", "Failed", kNow, "write: access denied");
  reconcile(kNow);
  reconcile(kNow);
  EXPECT_EQ(find_condition(view_.seed, "DestinationsUsable")->at("message"), json::Value("disk: write: access denied"));
  EXPECT_EQ(count("Inventory"), 0U);
  EXPECT_EQ(reconcile(kNow).look_again, kNow + kProbeBrokenEvery);
  reconcile(kNow + kProbeBrokenEvery);
  EXPECT_EQ(count("Probe"), 1U);
}

TEST_F(SeedPlan, TriesAgainAtOnceWhenTheSettingsChange) {
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  reconcile(kNow);
  ASSERT_EQ(count("Probe"), 0U);
  view_.seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").get_object()["path"] = "/c";
  reconcile(kNow + Seconds(1));
  EXPECT_EQ(count("Probe"), 1U);
}

TEST_F(SeedPlan, ForgetsWhatIsKnownOfADestinationThatIsGone) {
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  view_.seed.at("spec").at("etcdBackupRestore").at("destinations").get_object().clear();
  reconcile(kNow);
  EXPECT_TRUE(view_.seed.at("status").at("destinations").as_array().empty());
  EXPECT_EQ(find_condition(view_.seed, "DestinationsUsable")->at("reason"), json::Value("NoDestinations"));
  EXPECT_EQ(count("Probe"), 0U);
}

TEST_F(SeedPlan, AskedToDeleteASeedItLetsGoAtOnceWhenNothingIsAtWork) {
  reconcile(kNow);
  ASSERT_EQ(count("Probe"), 1U);
  ask_to_delete(kNow);
  reconcile(kNow);
  EXPECT_EQ(phase_of(view_.operations.front()), "Cancelled");
  EXPECT_FALSE(has_finalizer(view_.seed, kCleanupFinalizer));
}

TEST_F(SeedPlan, WaitsForWhatIsAtWorkButNotForEver) {
  ask_to_delete(kNow);
  view_.running = 1;
  const Plan plan = reconcile(kNow);
  EXPECT_TRUE(has_finalizer(view_.seed, kCleanupFinalizer));
  EXPECT_EQ(api::text_at(view_.seed, {"status", "phase"}), "Terminating");
  EXPECT_EQ(plan.look_again, kNow + Seconds(10));
  reconcile(kNow + kLeaveBehindAfter);
  EXPECT_FALSE(has_finalizer(view_.seed, kCleanupFinalizer));
}

TEST_F(SeedPlan, AClockThatWasSetBackDoesNotHoldIt) {
  ask_to_delete(kNow + Seconds(86400));
  view_.running = 1;
  reconcile(kNow);
  EXPECT_FALSE(has_finalizer(view_.seed, kCleanupFinalizer));
}

TEST_F(SeedPlan, MakesSureThatItIsAskedBeforeASeedGoes) {
  member_of(view_.seed, "metadata").erase("finalizers");
  reconcile(kNow);
  EXPECT_TRUE(has_finalizer(view_.seed, kCleanupFinalizer));
  EXPECT_EQ(count("Probe"), 0U);
  reconcile(kNow);
  EXPECT_EQ(count("Probe"), 1U);
}

TEST_F(SeedPlan, ListsAgainWhenAClusterMayTakeOrphansThatItCouldNot) {
  reconcile(kNow);
  end("Probe", "Completed", kNow);
  reconcile(kNow);
  for (json::Value& each : view_.operations)
    member_of(member_of(each, "status"), "result")["orphans"] = 2;
  end("Inventory", "Completed", kNow);
  reconcile(kNow);
  reconcile(kNow);
  view_.identities = "adopts";
  reconcile(kNow + kInventoryForNewClusters);
  EXPECT_EQ(count("Inventory"), 1U);
}

TEST_F(SeedPlan, CountsWhatLiesInItsDestinations) {
  view_.stored = SeedView::Stored{{"disk", {.backups = 7, .bytes = 700}}};
  reconcile(kNow);
  const json::Value& state = view_.seed.at("status").at("destinations").at(0);
  EXPECT_EQ(state.at("backups"), json::Value(7));
  EXPECT_EQ(state.at("storedBytes"), json::Value(700));
  EXPECT_FALSE(is_count_due(view_.seed, kNow + Seconds(10)));
  EXPECT_TRUE(is_count_due(view_.seed, kNow + kCountEvery + Seconds(1)));
  EXPECT_TRUE(is_count_due(view_.seed, kNow - Seconds(10)));

  view_.stored->at("disk").backups = 200'000;
  reconcile(kNow);
  EXPECT_FALSE(is_count_due(view_.seed, kNow + 10 * kCountEvery));
}

TEST_F(SeedPlan, AnErrorOfOtherSettingsIsForgotten) {
  reconcile(kNow);
  end("Probe", "Failed", kNow, "write: access denied");
  reconcile(kNow);
  reconcile(kNow);
  view_.seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").as_object()["path"] = "/c";
  reconcile(kNow);
  const json::Value& state = view_.seed.at("status").at("destinations").at(0);
  EXPECT_EQ(api::text_at(state, {"message"}), "its settings are new: it is being tried");
  EXPECT_EQ(api::field_at(state, {"usable"}), nullptr);
  EXPECT_EQ(find_condition(view_.seed, "DestinationsUsable")->at("reason"), json::Value("NotTried"));
}

}  // namespace
}  // namespace holdfast::control
