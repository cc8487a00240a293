#include "control/schedule/slot.h"

#include <algorithm>

#include "control/schedule/firing.h"

namespace holdfast::control {
namespace {

std::optional<Instant> last_known(std::span<const Instant> slots, Instant now) {
  std::optional<Instant> last;
  for (const Instant slot : slots) {
    if (slot <= now && (!last || slot > *last)) last = slot;
  }
  return last;
}

SlotDecision one_time(const SlotState& state, Instant now) {
  if (!state.known_slots.empty()) return {};
  return {.due = DueSlot{.slot = now, .first_missed = {}}, .upcoming = {}, .look_again = {}};
}

// The last slot after `base` whose start is not after `now`.
std::optional<DueSlot> due_slot(const SlotState& state, Instant base, Instant now) {
  const auto last = last_at_or_before(*state.schedule, now - state.start_offset, base);
  if (!last || *last <= base) return std::nullopt;
  const auto first = next_after(*state.schedule, base);
  return DueSlot{.slot = *last, .first_missed = first < last ? first : std::nullopt};
}

// Nothing to count from: the last slot there was, or for an interval, `now`.
std::optional<DueSlot> first_slot(const SlotState& state, Instant now) {
  const auto last = last_at_or_before(*state.schedule, now - state.start_offset, now - state.start_offset);
  if (!last) return std::nullopt;
  return DueSlot{.slot = *last, .first_missed = {}};
}

}  // namespace

SlotDecision next_slot(const SlotState& state, Instant now) {
  if (state.suspended) return {};
  now = std::clamp(now, kFirstInstant, kLastInstant);
  if (state.schedule == nullptr) return one_time(state, now);
  const auto known = last_known(state.known_slots, now);
  const Instant created = std::clamp(state.created, kFirstInstant, kLastInstant);
  const bool lost = !known && created > now + kClockTolerance;
  const Instant base = lost ? now : known.value_or(created);
  SlotDecision decision{
      .due = lost ? first_slot(state, now) : due_slot(state, base, now), .upcoming = {}, .look_again = {}};
  // Without a due slot there is none between `base` and `now` less the offset.
  const Instant behind = decision.due ? decision.due->slot : base;
  decision.upcoming = next_after(*state.schedule, behind);
  if (decision.upcoming) decision.look_again = *decision.upcoming + state.start_offset;
  return decision;
}

}  // namespace holdfast::control
