#include "store/history_policy.h"

#include <algorithm>

namespace holdfast::store {
namespace {

constexpr int kMarksPerAge = 60;

}  // namespace

Revision HistoryPolicy::forgettable(os::SteadyTime now, Revision revision) {
  if (marks_.empty() || now - marks_.back().time >= limits_.age / kMarksPerAge) {
    marks_.push_back({.time = now, .revision = revision});
  }
  while (!marks_.empty() && now - marks_.front().time >= limits_.age) {
    old_ = std::max(old_, marks_.front().revision);
    marks_.pop_front();
  }
  return std::max({old_, revision - limits_.revisions, Revision{0}});
}

Status trim_history(Store& store, HistoryPolicy& policy, os::Clock& clock) {
  HF_ASSIGN(const Revision revision, store.revision());
  const Revision through = policy.forgettable(clock.steady(), revision);
  if (through == 0) return {};
  return store.compact(through);
}

}  // namespace holdfast::store
