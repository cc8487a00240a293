// Lets several threads take steps one at a time, in an order that the test chooses.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <vector>

namespace holdfast::test {

// Participant i calls step(i) before each of its steps and leave(i) when it has no more. Once all that are still there
// wait, `choose` picks who goes on, from their numbers in ascending order.
class Turns {
 public:
  using Choose = std::function<std::size_t(const std::vector<std::size_t>& waiting)>;  // an index into `waiting`

  Turns(std::size_t participants, Choose choose) : choose_(std::move(choose)) {
    for (std::size_t i = 0; i < participants; ++i)
      present_.insert(i);
  }

  void step(std::size_t me) {
    std::unique_lock lock(mutex_);
    waiting_.insert(me);
    hand_on();
    changed_.wait(lock, [&] { return !waiting_.contains(me); });
  }

  void leave(std::size_t me) {
    const std::lock_guard guard(mutex_);
    present_.erase(me);
    hand_on();
  }

 private:
  void hand_on() {
    if (waiting_.empty() || waiting_.size() < present_.size()) return;
    const std::vector<std::size_t> waiting(waiting_.begin(), waiting_.end());
    waiting_.erase(waiting.at(choose_(waiting)));
    changed_.notify_all();
  }

  const Choose choose_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Protected by mutex_.
  std::set<std::size_t> present_;
  std::set<std::size_t> waiting_;
};

}  // namespace holdfast::test
