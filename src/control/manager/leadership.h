// One of several servers decides: the one that holds a key of the store under its lease.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "os/clock.h"
#include "store/store.h"

namespace holdfast::control {

constexpr std::string_view kLeaderKey = "w/leader";

// One thread at a time. What a leader writes is safe when two believe to lead: each write says what it was based on.
class Leadership {
 public:
  Leadership(store::Store& store, os::Clock& clock, std::string id, Duration ttl)
      : store_(store), clock_(clock), id_(std::move(id)), ttl_(ttl) {}
  ~Leadership();  // gives it up

  // Takes it when nobody has it, keeps it when we do. Call it every third of the ttl. True: we lead.
  bool renew();
  bool leads() const { return lease_.has_value(); }
  void give_up();

 private:
  bool take();

  store::Store& store_;
  os::Clock& clock_;
  const std::string id_;
  const Duration ttl_;
  std::optional<store::LeaseId> lease_;
  os::SteadyTime kept_{};  // when the lease was last kept alive
};

}  // namespace holdfast::control
