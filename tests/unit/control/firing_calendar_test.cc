// The slots of random schedules against a calendar that was walked through minute by minute, over years and through the
// changes of clocks.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/cron_case.h"
#include "unit/control/times.h"
#include "unit/control/wall_calendar.h"

#include "control/schedule/firing.h"

namespace holdfast::control {
namespace {

struct ZoneYears {
  std::string zone;
  int first;
  int last;
  std::size_t changes;  // of the clocks in these years
};

class FiringCalendar : public testing::TestWithParam<ZoneYears> {};

// The slots in [from, to), as the calendar has them.
std::vector<Instant> expected_between(const std::vector<Instant>& slots, Instant from, Instant to) {
  const auto begin = std::lower_bound(slots.begin(), slots.end(), from);
  return {begin, std::lower_bound(begin, slots.end(), to)};
}

std::vector<Instant> found_between(const Schedule& schedule, Instant from, Instant to) {
  std::vector<Instant> found;
  for (auto slot = next_after(schedule, from - Seconds(1)); slot && *slot < to; slot = next_after(schedule, *slot))
    found.push_back(*slot);
  return found;
}

TEST_P(FiringCalendar, NextAndLastSlotAreThoseOfTheCalendar) {
  const WallCalendar calendar(GetParam().zone, GetParam().first, GetParam().last);
  ASSERT_EQ(calendar.changes().size(), GetParam().changes);
  const bool holds = rc::check("slots of the calendar", [&] {
    const CronCase cron = arbitrary_cron();
    const std::string text = "TZ=" + GetParam().zone + " " + cron.text();
    RC_LOG() << text << "\n";
    const auto parsed = parse_schedule(text);
    RC_ASSERT(parsed.has_value());
    const std::vector<Instant> slots = calendar.slots(cron);
    for (const Instant change : calendar.changes()) {
      const Instant from = change - std::chrono::hours(30);
      const Instant to = std::min(change + std::chrono::hours(30), calendar.end());
      RC_ASSERT(found_between(*parsed, from, to) == expected_between(slots, from, to));
    }
    for (int i = 0; i < 20; ++i) {
      const Instant at =
          calendar.begin() + Seconds(*rc::gen::inRange<std::int64_t>(0, (calendar.end() - calendar.begin()).count()));
      const auto after = std::upper_bound(slots.begin(), slots.end(), at);
      if (after != slots.end()) RC_ASSERT(next_after(*parsed, at) == *after);
      if (after != slots.begin()) RC_ASSERT(last_at_or_before(*parsed, at, at) == *(after - 1));
    }
  });
  EXPECT_TRUE(holds);
}

INSTANTIATE_TEST_SUITE_P(
    Zones, FiringCalendar,
    testing::Values(ZoneYears{"UTC", 2026, 2028, 0}, ZoneYears{"Europe/Berlin", 2026, 2028, 6},
                    ZoneYears{"America/New_York", 2026, 2028, 6}, ZoneYears{"Australia/Lord_Howe", 2026, 2028, 6},
                    ZoneYears{"Africa/Casablanca", 2026, 2028, 6}, ZoneYears{"Asia/Kathmandu", 2026, 2028, 0},
                    // midnight is left out, and 23:00 to 24:00 comes twice
                    ZoneYears{"Asia/Beirut", 2026, 2027, 4},
                    // a day that is left out
                    ZoneYears{"Pacific/Apia", 2011, 2012, 5},
                    // beyond what the database lists
                    ZoneYears{"Europe/Berlin", 2037, 2039, 6}, ZoneYears{"America/New_York", 2099, 2100, 4},
                    ZoneYears{"Australia/Lord_Howe", 2399, 2400, 4}),
    [](const auto& instance) {
      std::string name = instance.param.zone + "_" + std::to_string(instance.param.first);
      std::replace(name.begin(), name.end(), '/', '_');
      return name;
    });

}  // namespace
}  // namespace holdfast::control
