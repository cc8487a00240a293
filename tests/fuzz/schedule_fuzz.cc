// Any text as a schedule: parsing never crashes, and what it accepts has slots that agree with each other.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"
#include "control/schedule/checks.h"
#include "control/schedule/describe.h"
#include "control/schedule/firing.h"
#include "control/schedule/slot.h"
#include "control/schedule/start_offset.h"

namespace {

using namespace holdfast::control;

void require(bool holds) {
  if (!holds) std::abort();
}

void walk(const Schedule& schedule, Instant from) {
  for (int i = 0; i < 5; ++i) {
    const auto slot = next_after(schedule, from);
    require(slot.has_value() == fires(schedule) || from > kLastInstant - std::chrono::years(300));
    if (!slot) return;
    require(*slot > from);
    require(last_at_or_before(schedule, *slot, from) == slot);
    from = *slot;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto schedule = parse_schedule(holdfast::as_text({data, size}));
  if (!schedule) return 0;
  require(!describe(*schedule).empty());
  require(parse_schedule(schedule->text).has_value());
  require(fires(*schedule) == check_fires(*schedule).has_value());
  require(start_offset(*schedule, "a", "b") <= kLargestSpread);
  for (const int year : {1970, 2026, 2037, 2400, 9999})
    walk(*schedule, std::chrono::sys_days(std::chrono::year(year) / 3 / 28));
  const Instant now = std::chrono::sys_days(std::chrono::year(5000) / 1 / 1);
  const SlotDecision decision = next_slot({.schedule = &*schedule, .created = {}}, now);
  require(!decision.due || decision.due->slot <= now);
  return 0;
}
