// The slots of a schedule.
//
// For fields, a slot is an instant at the begin of a minute whose local time, in the schedule's zone, matches. Where
// clocks are changed:
//   * Clocks go forward: local times that are left out do not occur, so what is due only then does not fire that day
//     (as with KKP). A schedule with every hour loses nothing: "*/20 * * * *" goes on every 20 minutes.
//   * Clocks go back: local times occur twice. A schedule that fires in every hour of the day (hours `*`) follows real
//     time and fires both times, or an hour would have no backup; every other fires the first time only. (KKP fires
//     twice in both cases.)
// An interval has no slots of its own: each follows from the one before it.
//
// All functions are bounded, whatever they are given: a few hundred steps, none per slot or per day passed over.
#pragma once

#include <optional>

#include "control/schedule/schedule.h"

namespace holdfast::control {

// The first slot after `after`; of an interval, `after` + interval. None when none comes before the year 10000.
std::optional<Instant> next_after(const Schedule& schedule, Instant after);

// The last slot at or before `at`, not before 1970; none when there is none. Of an interval, `anchor` being a slot, the
// last one at or before `at` that is a whole number of intervals away; none when `at` is before `anchor`.
std::optional<Instant> last_at_or_before(const Schedule& schedule, Instant at, Instant anchor);

}  // namespace holdfast::control
