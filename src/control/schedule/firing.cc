#include "control/schedule/firing.h"

#include <algorithm>

#include "control/schedule/calendar.h"

namespace holdfast::control {
namespace {

// Enough for nine years (see calendar.h) of a zone with six changes a year, and two ends of years.
constexpr int kPeriodsToSearch = 80;

LocalTime local(Instant at, Seconds offset) {
  return LocalTime((at + offset).time_since_epoch());
}

Instant universal(LocalMinute at, Seconds offset) {
  return Instant(LocalTime(at).time_since_epoch()) - offset;
}

// The first local time of the period that counts: behind what is shown for the second time, where that is left out.
LocalTime first_counted(const OffsetPeriod& period, const CronFields& fields) {
  const bool repeats = period.previous_offset > period.offset;
  return local(period.begin, repeats && !fields.every_hour() ? period.previous_offset : period.offset);
}

std::optional<Instant> next_of_fields(const CronFields& fields, const TimeZone& zone, Instant after) {
  after = std::max(after, kFirstInstant - Seconds(1));
  for (int i = 0; i < kPeriodsToSearch && after < kLastInstant; ++i) {
    const OffsetPeriod period = zone.period_at(after + Seconds(1));
    LocalTime behind = local(after, period.offset);
    if (period.begin > kFirstInstant) behind = std::max(behind, first_counted(period, fields) - Seconds(1));
    const auto match = next_match(fields, behind);
    if (!match) return std::nullopt;
    const Instant slot = universal(*match, period.offset);
    if (slot < period.end) return slot <= kLastInstant ? std::optional(slot) : std::nullopt;
    after = period.end - Seconds(1);
  }
  return std::nullopt;
}

std::optional<Instant> last_of_fields(const CronFields& fields, const TimeZone& zone, Instant at) {
  at = std::min(at, kLastInstant);
  for (int i = 0; i < kPeriodsToSearch && at >= kFirstInstant; ++i) {
    const OffsetPeriod period = zone.period_at(at);
    const auto match = previous_match(fields, local(at, period.offset));
    if (!match) return std::nullopt;
    const bool has_begin = period.begin > kFirstInstant;
    if (!has_begin || LocalTime(*match) >= first_counted(period, fields)) {
      const Instant slot = universal(*match, period.offset);
      return slot >= kFirstInstant ? std::optional(slot) : std::nullopt;
    }
    at = period.begin - Seconds(1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Instant> next_after(const Schedule& schedule, Instant after) {
  if (const auto* fields = std::get_if<CronFields>(&schedule.rule))
    return next_of_fields(*fields, schedule.zone, after);
  const Seconds interval = std::get<EveryInterval>(schedule.rule).interval;
  if (after > kLastInstant - interval) return std::nullopt;
  return after + interval;
}

std::optional<Instant> last_at_or_before(const Schedule& schedule, Instant at, Instant anchor) {
  if (const auto* fields = std::get_if<CronFields>(&schedule.rule)) return last_of_fields(*fields, schedule.zone, at);
  if (at < anchor) return std::nullopt;
  const Seconds interval = std::get<EveryInterval>(schedule.rule).interval;
  return anchor + (at - anchor) / interval * interval;
}

}  // namespace holdfast::control
