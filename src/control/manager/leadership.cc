#include "control/manager/leadership.h"

namespace holdfast::control {

Leadership::~Leadership() {
  give_up();
}

void Leadership::give_up() {
  if (lease_) static_cast<void>(store_.revoke(*lease_));
  lease_.reset();
}

bool Leadership::take() {
  const std::string key(kLeaderKey);
  // One that we held before we were restarted is ours to take back.
  const auto held = store_.get(key);
  if (held && held->value != id_) return false;
  if (held && !store_.revoke(held->lease)) return false;
  if (!held && held.error().code != Code::not_found) return false;
  const auto lease = store_.grant(ttl_);
  if (!lease) return false;
  store::Transaction transaction;
  transaction.conditions = {{.key = key, .modified = 0}};
  transaction.writes = {{.key = key, .value = id_, .lease = *lease}};
  const auto outcome = store_.commit(transaction);
  if (outcome && outcome->committed) {
    lease_ = *lease;
    return true;
  }
  static_cast<void>(store_.revoke(*lease));
  return false;
}

bool Leadership::renew() {
  const os::SteadyTime now = clock_.steady();
  if (!lease_) {
    if (take()) kept_ = now;
    return leads();
  }
  const auto kept = store_.keep_alive(*lease_);
  if (kept) {
    kept_ = now;
  } else if (kept.error().code == Code::not_found || now - kept_ >= ttl_) {
    lease_.reset();
  }
  return leads();
}

}  // namespace holdfast::control
