// What the decision about a restore wants done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/instant.h"
#include "control/restore/orders.h"
#include "control/restore/record.h"

namespace holdfast::control {

struct RestoreEvent {
  bool warning = false;
  std::string reason;
  std::string message;
  bool operator==(const RestoreEvent&) const = default;
};

// Carried out from top to bottom; when one write fails, the rest is left and everything is looked at anew. Each is
// harmless when it is repeated.
struct RestorePlan {
  enum class Hold {
    leave,
    take,       // mark the cluster, remember its pause, pause it; in one write
    give_back,  // remove the mark and restore the pause; in one write
  };
  std::optional<bool> finalizer;
  Hold hold = Hold::leave;
  // By compare-and-swap against the object the view was made of. What follows it relies on it.
  std::optional<RestoreRecord> status;
  bool begin_preflight = false;
  bool begin_safety_backup = false;
  bool cancel_safety_backup = false;
  std::vector<Order> orders;  // to be there; those that are, are fine
  struct Void {
    std::string member;
    std::int64_t number = 0;
    bool operator==(const Void&) const = default;
  };
  std::vector<Void> voided;  // orders that do not count any more: to be cancelled
  std::vector<RestoreEvent> events;
  std::optional<Instant> look_again;

  // Nothing but to look again.
  bool is_at_rest() const {
    return !finalizer && hold == Hold::leave && !status && !begin_preflight && !begin_safety_backup &&
           !cancel_safety_backup && orders.empty() && voided.empty();
  }
  void look_at(Instant when) {
    if (!look_again || when < *look_again) look_again = when;
  }
};

}  // namespace holdfast::control
