// A schedule in words.
#pragma once

#include <string>

#include "control/schedule/schedule.h"

namespace holdfast::control {

// "every 20 minutes", "every day at 01:00 UTC", "every Monday to Friday at 08:00 and 20:00 Europe/Berlin", "on the 1st
// and 15th of January at 00:00 UTC". Says everything: schedules with the same words fire at the same times.
std::string describe(const Schedule& schedule);

// "20 minutes", "hour" (as in "every hour"), "1 day and 12 hours".
std::string describe_interval(Seconds interval);

}  // namespace holdfast::control
