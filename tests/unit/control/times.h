// Shorthand for instants and schedules in tests.
#pragma once

#include <gtest/gtest.h>

#include "control/instant.h"
#include "control/schedule/schedule.h"

namespace holdfast::control {

// "2026-11-21T10:37:00Z"
inline Instant at(std::string_view text) {
  const auto time = parse_time(text);
  EXPECT_TRUE(time) << text;
  return to_instant(time.value_or(WallTime()));
}

inline Schedule schedule(std::string_view text) {
  auto parsed = parse_schedule(text);
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().to_string());
  return parsed ? *parsed : Schedule{};
}

inline TimeZone zone(std::string_view name) {
  auto found = TimeZone::find(name);
  EXPECT_TRUE(found) << name;
  return found ? *found : TimeZone();
}

inline std::string text_of(std::optional<Instant> instant) {
  return instant ? format_instant(*instant) : "never";
}

}  // namespace holdfast::control
