// Which connections have to be looked at, and when. Ten thousand idle streams have no deadline and cost nothing here.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "os/clock.h"

namespace holdfast::http {

// One thread.
class Deadlines {
 public:
  struct Entry {
    os::SteadyTime at;
    std::uint64_t connection = 0;
    auto operator<=>(const Entry&) const = default;
  };

  void add(Entry entry) { entries_.push(entry); }
  bool empty() const { return entries_.empty(); }

  // Takes out those that are due. An entry says when somebody wanted a look; whether that still holds, its connection
  // knows.
  std::vector<Entry> take_due(os::SteadyTime now) {
    std::vector<Entry> due;
    for (; !entries_.empty() && entries_.top().at <= now; entries_.pop())
      due.push_back(entries_.top());
    return due;
  }

 private:
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
};

}  // namespace holdfast::http
