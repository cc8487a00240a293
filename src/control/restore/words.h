// The words of a restore, as its status has them. Each name belongs to one value for ever: they are stored.
#pragma once

#include <optional>
#include <string_view>

namespace holdfast::control {

// What the restore is at. The order in which a good one goes through them is that of this list up to `ended`.
enum class Step {
  waiting,    // for another restore, or for launchers; nothing is touched
  preflight,  // the backup is read and proved; nothing is touched
  staging,    // every member builds the new data beside the old; the cluster serves and is paused
  safety,     // a backup of the live state; the cluster serves
  stopping,   // every member stops its etcd; the cluster is down
  swapping,   // decided: every member puts the new data in the place of the old and starts
  proving,    // decided: the members that run are compared with what was staged
  ended,      // see Outcome
  aborting,   // not decided and never will be: what was stopped is started, as it was
  returning,  // decided twice: every member puts the old data back and starts
};

// Written once, by the server alone. none -> swap -> return, each at most once.
enum class Decision { none, swap, return_ };

enum class Outcome {
  none,
  completed,
  failed,       // before the decision: etcd is as it was
  rolled_back,  // after the second decision: etcd is as it was
};

// An order to the launcher of one member; the type of its Operation.
enum class OrderType {
  none,
  stage,    // build the new data directory beside the old one and sync it
  stop,     // stop etcd, keep the data, stay stopped
  swap,     // DATA becomes DATA.before-ID, DATA.staged-ID becomes DATA; start
  start,    // start what lies in DATA, wait until it is healthy, report what it is
  return_,  // DATA becomes DATA.undone-ID, DATA.before-ID becomes DATA; start
  forget,   // remove whatever of this restore is not DATA
};

enum class OrderOutcome { open, done, failed };

// What a user reads of one member. Follows from its order (see members.h); nothing is decided by it.
enum class MemberState {
  waiting,
  staging,
  staged,
  stopping,
  stopped,
  swapping,
  proving,
  restored,
  returning,
  starting,
  as_before,
  failed,
  silent,
  tidy,
};

// Operations do not know all of them: `none` has no type.
std::string_view name_of(Step step);
std::string_view name_of(Decision decision);
std::string_view name_of(Outcome outcome);
std::string_view name_of(OrderType type);
std::string_view name_of(OrderOutcome outcome);
std::string_view name_of(MemberState state);

// Nothing when it is no such word. The empty word is the first of each.
std::optional<Step> step_named(std::string_view name);
std::optional<Decision> decision_named(std::string_view name);
std::optional<Outcome> outcome_named(std::string_view name);
std::optional<OrderType> order_type_named(std::string_view name);
std::optional<OrderOutcome> order_outcome_named(std::string_view name);
std::optional<MemberState> member_state_named(std::string_view name);

}  // namespace holdfast::control
