#include "store/limits.h"

#include <algorithm>

namespace holdfast::store {
namespace {

// Keys are printed whole only when that is short and readable.
std::string shown(const std::string& key) {
  std::string text = key.substr(0, 80);
  std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() < key.size() ? text + "..." : text;
}

Status check_write(const Write& write) {
  HF_TRY(check_key(write.key));
  if (write.value && write.value->size() > kMostValueBytes) {
    return fail(Code::usage, "the value of key \"{}\" has {} bytes, at most {} can be stored", shown(write.key),
                write.value->size(), kMostValueBytes);
  }
  return {};
}

}  // namespace

Status check_key(const std::string& key) {
  if (key.empty()) return fail(Code::usage, "a key of the store is empty");
  if (key.size() <= kMostKeyBytes) return {};
  return fail(Code::usage, "key \"{}\" has {} bytes, at most {} can be stored", shown(key), key.size(), kMostKeyBytes);
}

Status check_transaction(const Transaction& transaction) {
  const std::size_t operations = transaction.conditions.size() + transaction.writes.size();
  if (operations > kMostOperations) {
    return fail(Code::usage, "a transaction of {} conditions and writes, at most {} fit", operations, kMostOperations);
  }
  std::size_t bytes = 0;
  for (const Condition& condition : transaction.conditions) {
    HF_TRY(check_key(condition.key));
    if (condition.modified < 0) return fail(Code::usage, "revision {} of a condition is negative", condition.modified);
    bytes += condition.key.size();
  }
  for (const Write& write : transaction.writes) {
    HF_TRY(check_write(write));
    bytes += write.key.size() + (write.value ? write.value->size() : 0);
  }
  if (bytes > kMostTransactionBytes) {
    return fail(Code::usage, "a transaction of {} bytes, at most {} fit", bytes, kMostTransactionBytes);
  }
  const auto writes = by_key(transaction.writes);
  const auto twice = std::adjacent_find(writes.begin(), writes.end(),
                                        [](const Write* left, const Write* right) { return left->key == right->key; });
  if (twice != writes.end()) return fail(Code::usage, "a transaction writes key \"{}\" twice", shown((*twice)->key));
  return {};
}

Result<std::int64_t> lease_seconds(Duration ttl) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ttl);
  if (seconds != ttl || seconds.count() < 1 || seconds.count() > kMostLeaseSeconds) {
    return fail(Code::usage, "a lease lives for 1 to {} whole seconds", kMostLeaseSeconds);
  }
  return seconds.count();
}

KeyRange key_range(const std::string& prefix, const std::string& start) {
  std::string end = prefix;
  while (!end.empty() && end.back() == '\xff')
    end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1U);
  return {.first = std::max(prefix, start), .end = std::move(end)};
}

std::string key_after(const std::string& key) {
  return key + '\0';
}

std::vector<const Write*> by_key(const std::vector<Write>& writes) {
  std::vector<const Write*> sorted;
  for (const Write& write : writes)
    sorted.push_back(&write);
  std::sort(sorted.begin(), sorted.end(), [](const Write* left, const Write* right) { return left->key < right->key; });
  return sorted;
}

}  // namespace holdfast::store
