// Which slot of a config is due: the decision the scheduler acts on.
#pragma once

#include <optional>
#include <span>

#include "control/schedule/schedule.h"

namespace holdfast::control {

struct SlotState {
  const Schedule* schedule = nullptr;  // must outlive the call; null: one backup, at once
  Instant created;                     // of the config
  // The slots of all backups this schedule has started, in any order, whatever became of them; without those asked for
  // by hand, which are not slots of the schedule.
  std::span<const Instant> known_slots{};
  bool suspended = false;
  Seconds start_offset{0};  // see start_offset.h; not for one-time backups
};

struct DueSlot {
  Instant slot;
  std::optional<Instant> first_missed;  // earlier slots, from this one on, were missed and are covered by `slot`
  bool operator==(const DueSlot&) const = default;
};

struct SlotDecision {
  std::optional<DueSlot> due;         // start this one now
  std::optional<Instant> upcoming;    // the slot after that, for people; none when none comes
  std::optional<Instant> look_again;  // when it starts: upcoming + start offset
  bool operator==(const SlotDecision&) const = default;
};

// A creation time that lies further ahead of `now` than this shows that a clock was wrong.
constexpr Seconds kClockTolerance{300};

// Slots count from the last known slot that is not after `now`, or from the creation, exclusively. A slot is due from
// slot
// + start offset on. Of several missed ones only the last is due; it may be missed for however long. A decision that is
// asked for again with the due slot among the known ones gives nothing until the next: each slot is due once.
//   * One-time: due at `now` unless a slot is known; nothing afterwards.
//   * Suspended: nothing, and nothing to look for. Slots missed meanwhile collapse into one afterwards.
//   * Clock set back: known slots in the future are not forgotten (they are not due again) but do not hold up slots
//     before them. A config that seems to be created in the future has one backup at once, from which it goes on.
// Bounded in time, however far `now` has jumped; linear in the known slots.
SlotDecision next_slot(const SlotState& state, Instant now);

}  // namespace holdfast::control
