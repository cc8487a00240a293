// What the server wants of the launcher of one member, and what the launcher promises for it. The safety of a restore
// rests on these promises; the tests' model of a launcher (tests/unit/control/restore/model.h) keeps them, too.
//
//   1. One order counts: that with the highest number of this restore that it has seen. It notes the number (synced)
//      before it begins, and never begins one with a smaller number: such an order fails as void. What a voided order
//      has begun is brought to a place where it can be left first.
//   2. An order can be repeated: done once or twice, or begun by a launcher that died, the outcome is the same, found
//      from the directories and the journal. What is done already is reported as done.
//   3. A swap names the `starts` of the stop it relies on. A launcher whose DATA is still the old one and that has
//      started etcd since refuses it (started_again) and touches nothing. `starts` is counted and synced before each
//      start of etcd, and reported with each heartbeat.
//   4. While it is held (stopped by an order given before any decision) it starts its old etcd when it had no word for
//      30 s (of a steady clock), and after a reboot. One that noted a swap goes forward to the new data, whatever dies,
//      and one that noted a stop under the second decision stays stopped: neither goes back by itself.
//   5. It forgets nothing before `not_before`, and never what lies in DATA.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/instant.h"
#include "control/restore/words.h"

namespace holdfast::control {

struct Order {
  std::string member;
  std::string launcher;
  OrderType type = OrderType::none;
  std::int64_t number = 0;
  Decision decision = Decision::none;  // which one it carries out
  // stage: what is to come out. 0: the revision of the backup, nothing marked compacted.
  std::int64_t target_revision = 0;
  std::int64_t starts = 0;            // swap
  std::optional<Instant> not_before;  // forget
  bool operator==(const Order&) const = default;
};

// What the names of all operations of a restore begin with: "nightly-1a2b3c4d5e6f7081-".
std::string operation_prefix(std::string_view restore, std::string_view uid);

// Of one restore and its member; the same for the same number, so that giving an order twice is a conflict and not a
// second order: "nightly-1a2b3c4d5e6f7081-m1-7".
std::string order_name(std::string_view restore, std::string_view uid, std::string_view member, std::int64_t number);

}  // namespace holdfast::control
