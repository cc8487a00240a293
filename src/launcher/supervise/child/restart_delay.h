// When an etcd that ended by itself is started again. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/units.h"

namespace holdfast::launcher {

constexpr Duration kFirstRestartDelay = std::chrono::seconds(1);
constexpr Duration kLongestRestartDelay = std::chrono::seconds(60);
// Who ran so long had overcome whatever ended it the time before.
constexpr Duration kSteadyRun = std::chrono::minutes(5);

// How many ends in a row, this one included, after it `ran` so long; `before`: how many there were before it.
std::uint32_t ends_in_a_row(std::uint32_t before, Duration ran);

// After so many ends in a row: a second after the first, twice as long after each further one, never more than a
// minute.
Duration restart_delay(std::uint32_t ends);

}  // namespace holdfast::launcher
