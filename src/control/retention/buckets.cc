#include "control/retention/buckets.h"

namespace holdfast::control {
namespace {

namespace chrono = std::chrono;

// Dates of the local calendar as instants, as if it were UTC: only compared with each other.
Instant as_instant(chrono::local_days day) {
  return Instant(day.time_since_epoch());
}

Bucket week_of(chrono::local_days day) {
  const chrono::weekday weekday(day);
  const chrono::local_days monday = day - (weekday - chrono::Monday);
  // A week belongs to the year of its Thursday.
  const chrono::local_days thursday = monday + chrono::days(3);
  const chrono::year year = chrono::year_month_day(thursday).year();
  const auto number = (thursday - chrono::local_days(year / chrono::January / 1)) / chrono::weeks(1) + 1;
  return {.begin = as_instant(monday), .label = fmt::format("{:04}-W{:02}", static_cast<int>(year), number)};
}

}  // namespace

Bucket bucket_of(BucketKind kind, Instant at, const TimeZone& zone) {
  const LocalTime local = zone.to_local(at);
  const chrono::local_days day = chrono::floor<chrono::days>(local);
  const chrono::year_month_day date(day);
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  switch (kind) {
    case BucketKind::hour: {
      const auto hour = chrono::floor<chrono::hours>(local);
      const std::string label = fmt::format("{:04}-{:02}-{:02} {:02}:00", year, month,
                                            static_cast<unsigned>(date.day()), (hour - day).count());
      return {.begin = at - (local - hour), .label = label};
    }
    case BucketKind::day:
      return {.begin = as_instant(day),
              .label = fmt::format("{:04}-{:02}-{:02}", year, month, static_cast<unsigned>(date.day()))};
    case BucketKind::week:
      return week_of(day);
    case BucketKind::month:
      return {.begin = as_instant(chrono::local_days(date.year() / date.month() / 1)),
              .label = fmt::format("{:04}-{:02}", year, month)};
    case BucketKind::year:
      break;
  }
  return {.begin = as_instant(chrono::local_days(date.year() / chrono::January / 1)),
          .label = fmt::format("{:04}", year)};
}

}  // namespace holdfast::control
