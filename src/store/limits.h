// What every store checks before it looks at anything, and the arithmetic of key ranges.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "store/store.h"

namespace holdfast::store {

constexpr std::size_t kMostKeyBytes = 1024;
constexpr std::size_t kMostValueBytes = 3 * kMiB;
constexpr std::size_t kMostOperations = 128;
constexpr std::size_t kMostTransactionBytes = 4 * kMiB;
constexpr std::int64_t kMostLeaseSeconds = 3600;

// Code::usage, naming the key, when a limit of store.h is passed.
Status check_key(const std::string& key);
Status check_transaction(const Transaction& transaction);
// Whole seconds of a lease's ttl.
Result<std::int64_t> lease_seconds(Duration ttl);

// The keys from `first` up to, not including, `end`; an empty `end` means without end.
struct KeyRange {
  std::string first;
  std::string end;
  bool contains(const std::string& key) const { return key >= first && (end.empty() || key < end); }
  bool empty() const { return !end.empty() && first >= end; }
};
// All keys that begin with `prefix`, from `start` on.
KeyRange key_range(const std::string& prefix, const std::string& start = "");

// The first key that can follow `key`.
std::string key_after(const std::string& key);

// The writes in the order in which their events are reported.
std::vector<const Write*> by_key(const std::vector<Write>& writes);

}  // namespace holdfast::store
