// What a schedule that could be parsed may still be refused for, each as its own check, because the API reports each as
// a cause of its own. Code::usage with the reason and what to write instead.
#pragma once

#include "control/schedule/schedule.h"

namespace holdfast::control {

constexpr Seconds kShortestInterval{60};

// No day ever matches: 30 February, 31 April. The answer holds for all years: a day of the week comes in every month,
// so only schedules by day of the month alone can miss, and those match if one of their months, February with 29 days,
// has one of their days. (Every Gregorian cycle of 400 years has leap years.)
bool fires(const Schedule& schedule);
Status check_fires(const Schedule& schedule);

// `@every` with less than a minute. Cron fields have no seconds, so they cannot ask for that.
Status check_interval(const Schedule& schedule);

// The least distance between two slots: an interval as it is; for fields, the least between two times of a day or from
// its last to its first on the next day, whether or not both days match. Zero only for fields without any value.
Seconds shortest_period(const Schedule& schedule);

}  // namespace holdfast::control
