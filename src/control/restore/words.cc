#include "control/restore/words.h"

#include <array>
#include <cstddef>

namespace holdfast::control {
namespace {

// By the number of the value.
constexpr std::array<std::string_view, 10> kSteps{"Waiting",  "Preflight", "Staging", "Safety",   "Stopping",
                                                  "Swapping", "Proving",   "Ended",   "Aborting", "Returning"};
constexpr std::array<std::string_view, 3> kDecisions{"", "Swap", "Return"};
constexpr std::array<std::string_view, 4> kOutcomes{"", "Completed", "Failed", "RolledBack"};
constexpr std::array<std::string_view, 7> kOrders{
    "", "Stage", "StopMember", "SwapMember", "StartMember", "ReturnMember", "ForgetMember"};
constexpr std::array<std::string_view, 3> kOrderOutcomes{"", "Done", "Failed"};
constexpr std::array<std::string_view, 14> kMembers{"Waiting",  "Staging", "Staged",   "Stopping",  "Stopped",
                                                    "Swapping", "Proving", "Restored", "Returning", "Starting",
                                                    "AsBefore", "Failed",  "Silent",   "Tidy"};

template <typename Value, std::size_t n>
std::string_view name_in(const std::array<std::string_view, n>& names, Value value) {
  return names.at(static_cast<std::size_t>(value));
}

template <typename Value, std::size_t n>
std::optional<Value> named_in(const std::array<std::string_view, n>& names, std::string_view name) {
  if (name.empty()) return static_cast<Value>(0);
  for (std::size_t i = 0; i < n; ++i) {
    if (names.at(i) == name) return static_cast<Value>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Step step) {
  return name_in(kSteps, step);
}
std::string_view name_of(Decision decision) {
  return name_in(kDecisions, decision);
}
std::string_view name_of(Outcome outcome) {
  return name_in(kOutcomes, outcome);
}
std::string_view name_of(OrderType type) {
  return name_in(kOrders, type);
}
std::string_view name_of(OrderOutcome outcome) {
  return name_in(kOrderOutcomes, outcome);
}
std::string_view name_of(MemberState state) {
  return name_in(kMembers, state);
}

std::optional<Step> step_named(std::string_view name) {
  return named_in<Step>(kSteps, name);
}
std::optional<Decision> decision_named(std::string_view name) {
  return named_in<Decision>(kDecisions, name);
}
std::optional<Outcome> outcome_named(std::string_view name) {
  return named_in<Outcome>(kOutcomes, name);
}
std::optional<OrderType> order_type_named(std::string_view name) {
  return named_in<OrderType>(kOrders, name);
}
std::optional<OrderOutcome> order_outcome_named(std::string_view name) {
  return named_in<OrderOutcome>(kOrderOutcomes, name);
}
std::optional<MemberState> member_state_named(std::string_view name) {
  return named_in<MemberState>(kMembers, name);
}

}  // namespace holdfast::control
