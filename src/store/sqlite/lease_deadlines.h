// When leases end. Only here, in memory: after a start every lease has its full time again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "os/clock.h"
#include "store/store.h"

namespace holdfast::store::sqlite {

// Safe for any thread. One thread of its own sleeps until the next lease ends; without leases it does nothing at all.
class LeaseDeadlines {
 public:
  // Removes leases and their keys. When it fails it is called again with the same ones, a second later.
  using Expire = std::function<Status(const std::vector<LeaseId>&)>;

  LeaseDeadlines(os::Clock& clock, Expire expire);
  ~LeaseDeadlines();

  void add(LeaseId lease, std::int64_t seconds);
  bool keep_alive(LeaseId lease);  // false: it has ended or never was
  void remove(LeaseId lease);

 private:
  struct Deadline {
    Duration ttl;
    os::SteadyTime at;
  };

  void serve(const std::stop_token& stop);
  bool wait_for_lease(const std::stop_token& stop);
  std::vector<LeaseId> take_ended();
  Duration until_next(std::stop_token& woken);
  void wake();

  os::Clock& clock_;
  const Expire expire_;
  std::mutex mutex_;
  std::condition_variable_any added_;
  std::map<LeaseId, Deadline> deadlines_;  // protected by mutex_, as everything below
  std::stop_source woken_;                 // ends the present sleep
  bool stopping_ = false;
  std::jthread expirer_;  // last: ends before what it uses
};

}  // namespace holdfast::store::sqlite
