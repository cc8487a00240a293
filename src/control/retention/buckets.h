// The hours, days, weeks, months and years that backups are counted by.
#pragma once

#include <string>

#include "control/instant.h"
#include "control/schedule/time_zone.h"

namespace holdfast::control {

enum class BucketKind { hour, day, week, month, year };

struct Bucket {
  Instant begin;      // equal for all instants of one bucket, and of no other of its kind
  std::string label;  // "2026-11-20 13:00", "2026-11-20", "2026-W47", "2026-11", "2026"
};

// In local time of `zone`. An hour that clocks show twice is two buckets with the same label.
Bucket bucket_of(BucketKind kind, Instant at, const TimeZone& zone);

}  // namespace holdfast::control
