// What a store must answer, kept in memory the simplest way: every state that ever was, whole.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/store.h"

namespace holdfast::test {

// Revisions are the real store's: the model only says when one must have passed.
class StoreModel {
 public:
  using State = std::map<std::string, store::Entry>;

  explicit StoreModel(store::Revision begin) { states_[begin] = {}; }

  const State& present() const { return states_.rbegin()->second; }
  bool holds(const std::vector<store::Condition>& conditions) const;
  bool changes(const std::vector<store::Write>& writes) const;
  // Transaction `revision` did this.
  void apply(const std::vector<store::Write>& writes, store::Revision revision);
  void compact(store::Revision through) { compacted_ = std::max(compacted_, through); }

  store::Revision last() const { return states_.rbegin()->first; }
  store::Revision compacted() const { return compacted_; }
  // Of the revisions that were given, the n-th, counted around.
  store::Revision nth(std::size_t n) const;
  const State& at(store::Revision revision) const { return std::prev(states_.upper_bound(revision))->second; }

  std::vector<store::Entry> list(const std::string& prefix, store::Revision revision) const;
  std::vector<store::Event> events(const std::string& prefix, store::Revision after) const;
  std::vector<store::Write> keys_of(store::LeaseId lease) const;  // as removals

 private:
  std::map<store::Revision, State> states_;
  std::vector<store::Event> log_;
  store::Revision compacted_ = 0;
};

std::string all_of(const std::vector<store::Entry>& entries);  // every field
std::string all_of(const std::vector<store::Event>& events);

}  // namespace holdfast::test
