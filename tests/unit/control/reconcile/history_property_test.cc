// Promises that hold whatever fails, crashes or happens to the clock.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"
#include "unit/control/times.h"

#include "control/reconcile/operation_state.h"
#include "control/schedule/firing.h"

namespace holdfast::control {
namespace {

using Step = SimulatedCluster::Step;

bool chance(std::mt19937_64& dice, unsigned percent) {
  return dice() % 100 < percent;
}

Step random_fate(std::mt19937_64& dice) {
  const unsigned roll = static_cast<unsigned>(dice() % 100);
  return roll < 50   ? Step::succeed
         : roll < 65 ? Step::wait
         : roll < 80 ? Step::fail_once
         : roll < 90 ? Step::crash
                     : Step::fail_for_good;
}

const std::array<const char*, 5> kSpecs{R"({"schedule":"@every 20m","destination":"disk","keep":3})",
                                        R"({"schedule":"*/7 * * * *","destination":"disk","keep":2,"keepDaily":2})",
                                        R"({"schedule":"0 * * * *","destination":"other","keep":1})",
                                        R"({"schedule":"TZ=Europe/Berlin 30 2 * * *","destination":"disk"})",
                                        R"({"destination":"disk"})"};

void random_change(SimulatedCluster& cluster) {
  std::mt19937_64& dice = cluster.dice();
  if (cluster.view.configs.empty()) return;
  json::Value& config = cluster.view.configs[dice() % cluster.view.configs.size()];
  json::Object& spec = member_of(config, "spec");
  switch (dice() % 6) {
    case 0:
      spec["suspend"] = chance(dice, 30);
      break;
    case 1:
      spec["keep"] = static_cast<std::int64_t>(dice() % 5);
      break;
    case 2:
      spec["destination"] = chance(dice, 50) ? "disk" : "other";
      break;
    case 3:
      if (!cluster.view.backups.empty())
        member_of(cluster.view.backups[dice() % cluster.view.backups.size()], "spec")["pinned"] = chance(dice, 50);
      break;
    case 4:
      cluster.add_operation(fmt::format("by-hand-{}", dice()),
                            fmt::format(R"({{"type":"Backup","cluster":"prod","config":"{}"}})", name_of(config)));
      break;
    default:
      member_of(cluster.view.cluster, "spec")["pause"] = chance(dice, 20);
  }
}

void drain(SimulatedCluster& cluster) {
  cluster.fate = [](const json::Value&) { return Step::succeed; };
  cluster.crash = [] { return false; };
  cluster.settle();
  for (int i = 0; i < 5; ++i) {
    cluster.advance(Seconds(700));  // longer than the longest wait between two attempts
    cluster.settle();
  }
}

void check_nothing_runs(const SimulatedCluster& cluster) {
  for (const json::Value& each : cluster.view.operations)
    RC_ASSERT(has_ended(each));
  for (const json::Value& config : cluster.view.configs) {
    const json::Array* entries = api::array_at(config, {"status", "lastBackups"});
    if (entries == nullptr) continue;
    for (const json::Value& each : *entries) {
      const std::string_view phase = api::text_at(each, {"backupPhase"});
      RC_ASSERT(phase == "Completed" || phase == "Failed" || phase == "Skipped");
    }
  }
}

// No two operations for one slot of one config.
void check_once(const SimulatedCluster& cluster) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const json::Value& each : cluster.made) {
    const std::string slot(api::text_at(each, {"spec", "scheduledTime"}));
    if (slot.empty()) continue;
    const std::string config(api::text_at(each, {"spec", "configUID"}));
    RC_ASSERT(seen.emplace(config, slot).second);
  }
}

void live_through(SimulatedCluster& cluster, bool clock_goes_back) {
  std::mt19937_64& dice = cluster.dice();
  cluster.fate = [&dice](const json::Value&) { return random_fate(dice); };
  cluster.crash = [&dice] { return chance(dice, 15); };
  cluster.reconcile();
  for (std::size_t i = 0; i < kSpecs.size(); ++i)
    cluster.add_config(fmt::format("config-{}", i), kSpecs[i]);
  for (std::uint64_t rounds = 5 + dice() % 30; rounds > 0; --rounds) {
    for (std::uint64_t steps = 1 + dice() % 3; steps > 0; --steps) {
      cluster.reconcile();
      cluster.work();
    }
    if (chance(dice, 20)) random_change(cluster);
    const auto jump = static_cast<std::int64_t>(dice() % 100);
    cluster.advance(jump < 85                       ? Seconds(1 + static_cast<std::int64_t>(dice() % 1500))
                    : jump < 95 || !clock_goes_back ? Seconds(86400 + static_cast<std::int64_t>(dice() % 864000))
                                                    : -Seconds(static_cast<std::int64_t>(dice() % 20000)));
  }
  member_of(cluster.view.cluster, "spec")["pause"] = false;
  drain(cluster);
  for (const std::string& each : cluster.complaints)
    RC_FAIL(each);
  check_nothing_runs(cluster);
}

RC_GTEST_PROP(History, WhateverHappensPromisesAreKept, ()) {
  SimulatedCluster cluster(*rc::gen::arbitrary<std::uint64_t>());
  live_through(cluster, false);
  check_once(cluster);
}

// A slot whose backup was removed and forgotten before the clock went back behind it may come again.
RC_GTEST_PROP(History, PromisesAreKeptWhenTheClockGoesBack, ()) {
  SimulatedCluster cluster(*rc::gen::arbitrary<std::uint64_t>());
  live_through(cluster, true);
}

// Every slot of the schedule has its backup, was recorded as skipped, or is covered by a later one that says so.
RC_GTEST_PROP(History, NoSlotIsLostSilently, ()) {
  SimulatedCluster cluster(*rc::gen::arbitrary<std::uint64_t>());
  std::mt19937_64& dice = cluster.dice();
  cluster.fate = [&dice](const json::Value&) { return random_fate(dice); };
  cluster.crash = [&dice] { return chance(dice, 15); };
  cluster.reconcile();
  cluster.add_config("often", R"({"schedule":"*/5 * * * *","destination":"disk","spread":"0s","keep":3})");
  const Schedule schedule = control::schedule("*/5 * * * *");
  Instant expected = *next_after(schedule, cluster.now());
  std::set<std::string> seen;
  const auto first_of = [](std::string_view text) -> std::optional<Instant> {
    const std::size_t since = text.find("since ");
    if (since == std::string_view::npos) return std::nullopt;
    return at(text.substr(since + 6));
  };
  std::vector<std::pair<Instant, std::optional<Instant>>> taken;  // slot, first one it makes up for
  for (int i = 0; i < 80; ++i) {
    cluster.reconcile();
    cluster.work();
    for (const json::Value& each : cluster.made) {
      if (!seen.insert(std::string(name_of(each))).second) continue;
      taken.emplace_back(*time_at(each, {"spec", "scheduledTime"}), first_of(api::text_at(each, {"spec", "reason"})));
    }
    const json::Array* entries = api::array_at(*cluster.config("often"), {"status", "lastBackups"});
    for (std::size_t n = 0; entries != nullptr && n < entries->size(); ++n) {
      const json::Value& each = (*entries)[n];
      if (api::text_at(each, {"backupPhase"}) != "Skipped") continue;
      const Instant slot = *time_at(each, {"scheduledTime"});
      if (seen.insert(format_instant(slot)).second)
        taken.emplace_back(slot, first_of(api::text_at(each, {"backupMessage"})));
    }
    cluster.advance(Seconds(60 + static_cast<std::int64_t>(dice() % (chance(dice, 10) ? 7200 : 240))));
  }
  std::sort(taken.begin(), taken.end());
  for (const auto& [slot, first] : taken) {
    if (first.value_or(slot) != expected)
      RC_FAIL(fmt::format("{} was expected, {} came", format_instant(expected), format_instant(first.value_or(slot))));
    expected = *next_after(schedule, slot);
  }
}

TEST(History, ManyDaysLeaveLittleBehind) {
  SimulatedCluster cluster;
  cluster.add_config("often", R"({"schedule":"@every 20m","destination":"disk","keep":5})");
  cluster.run_until(cluster.now() + Seconds(86400 * 8));
  EXPECT_EQ(cluster.view.backups.size(), 5U);
  EXPECT_LE(cluster.view.operations.size(), 6U);
  EXPECT_LE(cluster.config("often")->at("status").at("lastBackups").as_array().size(), 8U);
  EXPECT_EQ(cluster.complaints, std::vector<std::string>{});
}

}  // namespace
}  // namespace holdfast::control
