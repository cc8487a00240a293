// Claims on operations and on what they use: keys of the store under this runner's lease, so that one operation runs
// once, whatever crashes.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace holdfast::work {

struct ClaimRequest {
  std::string operation;          // "NAMESPACE/NAME"
  std::string cluster;            // one claim at a time; empty: none
  std::string destination;        // "SEED/NAME"; empty: none
  std::size_t destination_slots;  // so many at a time
};

// Of what is done for an operation: holds as long as the operation is ours. Nothing: there is no claim to hold.
using Guard = std::optional<store::Condition>;

struct Claim {
  std::vector<std::string> keys;
  store::Condition guard;        // holds as long as the operation is ours
  store::Revision sequence = 0;  // greater than that of any claim before it
};

// Safe for any thread, but start() and keep().
class Claims {
 public:
  Claims(store::Store& store, std::string runner, Duration ttl)
      : store_(store), runner_(std::move(runner)), ttl_(ttl) {}
  ~Claims();  // gives everything up

  // Gives up what a predecessor of the same name left behind, and takes a lease.
  Status start();
  // Call it every third of the ttl. Also takes back keys under our lease that belong to no claim: those of a release
  // that failed, and of a claim whose answer never came. Code::not_found: the lease has ended, all claims are void;
  // there is a new lease now.
  Status keep();

  // Nothing when somebody else has one of them, or no slot is free.
  Result<std::optional<Claim>> claim(const ClaimRequest& request);
  void release(const Claim& claim);

 private:
  Result<std::string> free_slot(const ClaimRequest& request);
  Status new_lease();
  store::LeaseId lease() const;
  Result<std::optional<Claim>> commit_claim(Claim claim, const store::Transaction& transaction);
  void doubt();
  void take_back_strays();
  Status remove_strays();

  store::Store& store_;
  const std::string runner_;
  const Duration ttl_;
  mutable std::mutex mutex_;
  store::LeaseId lease_ = 0;        // protected by mutex_, as what follows
  std::set<store::Revision> held_;  // sequences of the claims that were given and not released
  int doubtful_ = 0;                // so many times more keep() looks for strays
  std::mutex claiming_;             // held from the commit of a claim until it is in held_, and while strays go
};

}  // namespace holdfast::work
