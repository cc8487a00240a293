// The decision about slots against a clock that walks, stands still and jumps.
#include <chrono>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/cron_case.h"
#include "unit/control/times.h"

#include "control/schedule/checks.h"
#include "control/schedule/firing.h"
#include "control/schedule/slot.h"

namespace holdfast::control {
namespace {

using std::chrono::hours;

Schedule arbitrary_schedule() {
  if (*rc::gen::inRange(0, 3) == 0) return schedule(fmt::format("@every {}m", *rc::gen::inRange(1, 5000)));
  const std::string zone = *rc::gen::element<std::string>("UTC", "Europe/Berlin", "Australia/Lord_Howe");
  const Schedule made = schedule("TZ=" + zone + " " + arbitrary_cron().text());
  RC_PRE(fires(made));
  return made;
}

Seconds arbitrary_step() {
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return Seconds(0);
    case 1:
      return hours(*rc::gen::inRange(-48, 0));
    case 2:
      return hours(24 * *rc::gen::inRange(1, 1000));
    case 3:
      return hours(*rc::gen::inRange(1, 48));
    default:
      return Seconds(*rc::gen::inRange(1, 7200));
  }
}

TEST(NextSlotProperties, EachSlotIsDueOnceAndExact) {
  EXPECT_TRUE(rc::check("slots", [] {
    const Schedule plan = arbitrary_schedule();
    RC_LOG() << plan.text << "\n";
    const bool every = std::holds_alternative<EveryInterval>(plan.rule);
    const Instant created = at("2026-03-20T10:00:00Z");
    const Seconds offset(*rc::gen::inRange(0, 300));
    std::vector<Instant> known;
    std::set<Instant> seen;
    Instant now = created;
    for (int i = 0; i < 60; ++i) {
      const SlotDecision decision = next_slot({&plan, created, known, false, offset}, now);
      if (decision.due) {
        const Instant slot = decision.due->slot;
        RC_ASSERT(slot + offset <= now);
        RC_ASSERT(seen.insert(slot).second);
        if (!every) RC_ASSERT(next_after(plan, slot - Seconds(1)) == slot);
        known.push_back(slot);
        RC_ASSERT(!next_slot({&plan, created, known, false, offset}, now).due);
      }
      now += arbitrary_step();
    }
  }));
}

TEST(NextSlotProperties, LookingAgainWhenToldMissesNothing) {
  EXPECT_TRUE(rc::check("a clock that only walks", [] {
    const Schedule plan = arbitrary_schedule();
    const Instant created(at("2026-03-20T10:00:00Z") + Seconds(*rc::gen::inRange(0, 86400 * 365)));
    const Seconds offset(*rc::gen::inRange(0, 60));
    std::vector<Instant> known;
    auto expected = next_after(plan, created);
    auto look = next_slot({&plan, created, known, false, offset}, created).look_again;
    for (int i = 0; i < 40 && look; ++i) {
      RC_ASSERT(*look == *expected + offset);
      RC_ASSERT(!next_slot({&plan, created, known, false, offset}, *look - Seconds(1)).due);
      const SlotDecision decision = next_slot({&plan, created, known, false, offset}, *look);
      RC_ASSERT(decision.due == std::optional(DueSlot{.slot = *expected, .first_missed = {}}));
      known = {*expected};
      expected = next_after(plan, *expected);
      look = decision.look_again;
    }
  }));
}

// A walk through all slots in between, as a naive scheduler does it.
TEST(NextSlotProperties, TheCatchUpIsTheLastOfAWalkThroughAllMissedSlots) {
  EXPECT_TRUE(rc::check("catch-up", [] {
    const Schedule plan = arbitrary_schedule();
    const Instant base = at("2026-03-20T10:00:00Z");
    const Instant now = base + Seconds(*rc::gen::inRange(0, 86400 * 90));
    std::optional<Instant> first;
    std::optional<Instant> last;
    for (auto slot = next_after(plan, base); slot && *slot <= now; slot = next_after(plan, *slot)) {
      if (!first) first = slot;
      last = slot;
    }
    const std::vector<Instant> known{base};
    const SlotDecision decision = next_slot({.schedule = &plan, .created = {}, .known_slots = known}, now);
    RC_ASSERT(decision.due.has_value() == last.has_value());
    if (!last) return;
    RC_ASSERT(decision.due->slot == *last);
    RC_ASSERT(decision.due->first_missed == (first < last ? first : std::nullopt));
  }));
}

TEST(NextSlotProperties, AJumpOfThousandsOfYearsCostsNoMoreThanAStep) {
  const Schedule plan = schedule("TZ=Europe/Berlin * * * * *");
  const std::vector<Instant> known{at("2026-03-20T10:00:00Z")};
  const auto begin = std::chrono::steady_clock::now();
  for (int year = 2030; year < 9999; ++year) {
    const Instant now = std::chrono::sys_days(std::chrono::year(year) / 7 / 1);
    ASSERT_TRUE(next_slot({.schedule = &plan, .created = {}, .known_slots = known}, now).due);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));  // 4 million minutes a jump otherwise
}

}  // namespace
}  // namespace holdfast::control
