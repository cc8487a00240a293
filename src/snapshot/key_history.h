// Follows every user key through its records, in the order of revisions: create revision, mod revision and version must
// follow from one record to the next. Keys are told apart by a keyed hash of 64 bits, 32 bytes for each. Private to
// snapshot/.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "snapshot/mvcc.h"

namespace holdfast::snapshot {

// A table of one part of all keys (key_log.h cuts keys into parts in the same way).
class KeyHistory {
 public:
  // Records up to `compacted` may be missing: the newest scheduled or finished compaction.
  KeyHistory(std::int64_t compacted, std::size_t memory_limit, std::uint32_t part, std::uint32_t parts);

  // Keys that surely fit into so much memory.
  static std::uint64_t capacity(std::size_t memory_limit);

  // The next record. Answers what is wrong with it, empty when it follows from the key's last one.
  std::string_view take(const RecordKey& key, std::uint64_t key_hash, const Record& record);

  // There were more keys than the memory limit allows: nothing is checked or counted any more.
  bool gave_up() const { return gave_up_; }
  std::uint64_t live() const { return live_; }
  // Calls `each` with the lease of every key that exists and has one.
  void for_each_lease(const std::function<void(std::int64_t)>& each) const;

 private:
  struct Key {
    std::uint64_t hash = 0;  // 0: free slot
    std::int64_t created = 0;
    std::int64_t version = 0;  // 0: deleted
    std::int64_t lease = 0;
  };

  static std::size_t max_slots(std::size_t memory_limit);
  Key* find(std::uint64_t hash);
  bool grow();
  std::string_view take_tombstone(const RecordKey& key, Key& state, bool known);
  std::string_view take_change(const RecordKey& key, const Record& record, Key& state, bool known);

  const std::int64_t compacted_;
  const std::size_t max_slots_;
  const std::uint32_t part_;
  const std::uint32_t parts_;
  std::vector<Key> slots_;
  std::size_t used_ = 0;
  std::uint64_t live_ = 0;
  bool gave_up_ = false;
};

}  // namespace holdfast::snapshot
