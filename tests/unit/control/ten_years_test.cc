// Ten years of a config, with failures, outages, removals that do not work, and clocks that are wrong for a while.
#include <algorithm>
#include <deque>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "unit/control/naive_retention.h"
#include "unit/control/times.h"

#include "control/retention/decide.h"
#include "control/schedule/backup_name.h"
#include "control/schedule/slot.h"
#include "control/schedule/start_offset.h"

namespace holdfast::control {
namespace {

using std::chrono::days;
using std::chrono::hours;

struct Plan {
  std::string name;
  std::string schedule;
  RetentionPolicy policy;
  int compare_every;  // runs between two comparisons with the naive rules, which are slow
  std::uint32_t seed;
  bool wrong_clocks;  // now and then, by up to some years
};

class Simulation {
 public:
  explicit Simulation(const Plan& plan) : plan_(plan), schedule_(schedule(plan.schedule)), random_(plan.seed) {
    offset_ = start_offset(schedule_, "cluster-a", plan.name);
    plan_.policy.zone = schedule_.zone;
  }

  void run() {
    const Instant end = true_time_ + days(3653);
    while (true_time_ < end && !testing::Test::HasFailure()) {
      const std::vector<Instant> known = known_slots();
      const SlotDecision decision = next_slot(
          {.schedule = &schedule_, .created = created_, .known_slots = known, .start_offset = offset_}, clock());
      if (decision.due) {
        back_up(*decision.due);
        prune();
        check();
      }
      pass_time(decision);
    }
    EXPECT_GT(made_, 0U);
    EXPECT_GT(removed_, 0U);
  }

  std::uint64_t made() const { return made_; }
  std::size_t objects() const { return backups_.size(); }

 private:
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  std::int64_t number(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }

  Instant clock() const { return true_time_ + skew_; }

  std::vector<Instant> known_slots() const {
    std::vector<Instant> known{last_slots_.begin(), last_slots_.end()};
    for (const BackupFacts& each : backups_)
      known.push_back(each.slot);
    return known;
  }

  bool there(const std::string& name) const {
    return std::any_of(backups_.begin(), backups_.end(), [&](const auto& each) { return each.name == name; });
  }

  void back_up(const DueSlot& due) {
    const std::string name = backup_base_name(plan_.name, due.slot);
    EXPECT_FALSE(there(name)) << name << " was made twice";
    last_slots_.push_back(due.slot);
    if (last_slots_.size() > 5) last_slots_.pop_front();
    failing_ = failing_ ? !chance(0.2) : chance(0.02);
    const bool good = !failing_ && !chance(0.03);
    BackupFacts backup{.name = name, .slot = due.slot, .made = ++made_};
    backup.state = good ? BackupState::good : BackupState::failed;
    backup.pinned = chance(0.0001);
    if (chance(0.1)) backup.locked_until = clock() + days(number(0, 40));
    if (good) last_good_ = name;
    backups_.push_back(std::move(backup));
  }

  // Like the real caller: three at a time, and not each succeeds.
  void prune() {
    for (BackupFacts& backup : backups_)
      backup.in_use = chance(0.01);
    const RetentionDecision decision = decide(plan_.policy, backups_, clock());
    if (made_ % static_cast<std::uint64_t>(plan_.compare_every) == 0) {
      const std::set<std::size_t> removals(decision.removals.begin(), decision.removals.end());
      ASSERT_EQ(removals, naive_removals(plan_.policy, backups_, clock()));
    }
    std::set<std::string> gone;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, decision.removals.size()); ++i) {
      const BackupFacts& backup = backups_[decision.removals[i]];
      EXPECT_FALSE(backup.pinned || backup.in_use) << backup.name;
      if (chance(0.95)) gone.insert(backup.name);
    }
    removed_ += std::erase_if(backups_, [&](const BackupFacts& each) { return gone.count(each.name) != 0; });
  }

  void check() {
    ASSERT_TRUE(last_good_.empty() || there(last_good_)) << "the newest good backup, " << last_good_ << ", was removed";
  }

  void pass_time(const SlotDecision& decision) {
    if (plan_.wrong_clocks && chance(0.002)) {
      skew_ = skew_ != Seconds(0) ? Seconds(0) : Seconds(number(-86400 * 400, 86400 * 1200));
    }
    if (chance(0.0005)) {  // nobody runs
      true_time_ += hours(number(1, 24 * 30));
      return;
    }
    const Seconds wait = decision.look_again ? *decision.look_again - clock() : Seconds(days(1));
    true_time_ += std::clamp(wait, Seconds(1), Seconds(days(2)));
  }

  Plan plan_;
  const Schedule schedule_;
  std::mt19937 random_;
  Seconds offset_{0};
  const Instant created_ = at("2026-11-21T10:00:00Z");
  Instant true_time_ = created_;
  Seconds skew_{0};
  std::deque<Instant> last_slots_;
  std::vector<BackupFacts> backups_;
  std::string last_good_;
  std::uint64_t made_ = 0;
  std::uint64_t removed_ = 0;
  bool failing_ = false;
};

class TenYears : public testing::TestWithParam<Plan> {};

TEST_P(TenYears, TheNewestGoodBackupIsNeverRemoved) {
  Simulation simulation(GetParam());
  simulation.run();
  RecordProperty("backups", static_cast<int>(simulation.made()));
  RecordProperty("left", static_cast<int>(simulation.objects()));
}

RetentionPolicy thinned() {
  return {.keep_last = 6, .keep_hourly = 24, .keep_daily = 7, .keep_weekly = 5, .keep_monthly = 12, .keep_yearly = 3};
}

std::vector<Plan> plans() {
  std::vector<Plan> all{
      {"default", "@every 2h", {.keep = 20}, 200, 1, true},
      {"berlin", "TZ=Europe/Berlin 30 */4 * * *", thinned(), 20, 3, true},
      {"lord_howe", "TZ=Australia/Lord_Howe 45 1,13 * * *", {.keep_daily = 30, .keep_monthly = 12}, 5, 4, true},
      {"within", "TZ=America/New_York 0 1 * * *", {.keep_within = days(14)}, 1, 5, true},
      {"one", "0 */3 * * *", {.keep = 1}, 5, 6, false},
      {"none", "0 */3 * * *", {.keep_last = 0}, 5, 7, true},
  };
  for (std::uint32_t seed = 100; seed < 120; ++seed)
    all.push_back({"daily_" + std::to_string(seed), "0 1 * * *", {.keep = 3, .keep_weekly = 4}, 1, seed, true});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Plans, TenYears, testing::ValuesIn(plans()), [](const auto& i) { return i.param.name; });

// Without anything going wrong the numbers are known beforehand.
TEST(TenQuietYears, LeaveExactlyWhatTheRulesSay) {
  const Schedule hourly = schedule("TZ=Europe/Berlin 0 * * * *");
  RetentionPolicy policy{.keep_last = 4, .keep_daily = 7, .keep_monthly = 12, .keep_yearly = 5};
  policy.zone = hourly.zone;
  std::vector<BackupFacts> backups;
  Instant now = at("2026-11-21T10:30:00Z");
  const Instant created = now;
  for (const Instant end = at("2036-11-21T10:30:00Z"); now < end; now += hours(1)) {
    std::vector<Instant> known;
    if (!backups.empty()) known.push_back(backups.back().slot);
    const SlotDecision decision = next_slot({.schedule = &hourly, .created = created, .known_slots = known}, now);
    if (!decision.due) continue;
    backups.push_back({.name = backup_base_name("x", decision.due->slot), .slot = decision.due->slot});
    const std::vector<std::size_t> removals = decide(policy, backups, now).removals;
    for (auto i = removals.rbegin(); i != removals.rend(); ++i)
      backups.erase(backups.begin() + static_cast<std::ptrdiff_t>(*i));
  }
  // 4 of the last hours, 7 days (today's newest is among the 4), 12 months, 5 years (this year's newest is that of the
  // month, and the newest of the last year's December is one of the twelve months).
  EXPECT_EQ(backups.size(), 4U + 6U + 11U + 3U);
  EXPECT_EQ(backups.front().name, "x-2032-12-31t22-00-00");
}

}  // namespace
}  // namespace holdfast::control
