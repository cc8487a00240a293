// Counts the keys that exist (totalKey of etcdutl 3.6) although pages pass in any order: remembers eight bytes for each
// record, page by page, and replays them in key order once the tree is known. Private to snapshot/.
#pragma once

#include <cstdint>
#include <vector>

#include "snapshot/chunked_vector.h"
#include "snapshot/key_hash.h"

namespace holdfast::snapshot {

// A log may be restricted to one of several equal parts of all keys, so that a large file is counted in as many passes.
struct KeyLogOptions {
  std::size_t max_records = std::size_t{1}
                            << 20U;  // 8 bytes each, 8 for each page, and up to 22 for each key when counting
  std::uint32_t part = 0;
  std::uint32_t parts = 1;
};

class KeyLog {
 public:
  struct Span {
    std::uint32_t start;
    std::uint32_t count;
  };

  KeyLog(const HashSeed& seed, const KeyLogOptions& options) : seed_(seed), options_(options) {}

  const HashSeed& seed() const { return seed_; }
  // More records came than may be remembered: the log is empty and stays so.
  bool gave_up() const { return gave_up_; }

  void add(ByteView user_key, bool tombstone) {
    if (!gave_up_) add_hash(KeyHash::of(seed_, user_key), tombstone);
  }
  void add_hash(std::uint64_t hash, bool tombstone);

  // Marks the place; what is added afterwards is undone by rollback() or becomes the span since it.
  std::uint32_t mark() const { return static_cast<std::uint32_t>(entries_.size()); }
  void rollback(std::uint32_t mark) {
    if (!gave_up_) entries_.truncate(mark);
  }
  Span since(std::uint32_t mark) const { return {.start = mark, .count = gave_up_ ? 0 : this->mark() - mark}; }

  // Notes which entries belong to a page, given as its index in the page table. Pages without records need no note.
  void set_span(std::size_t page_index, const Span& span);
  Span span(std::size_t page_index) const { return page_index < spans_.size() ? spans_[page_index] : Span{}; }

  // The entry: the hash with its lowest bit replaced by "exists after this record".
  std::uint64_t entry(std::uint32_t at) const { return entries_[at]; }

 private:
  HashSeed seed_;
  KeyLogOptions options_;
  ChunkedVector<std::uint64_t> entries_;
  ChunkedVector<Span> spans_;
  bool gave_up_ = false;
};

// Replays entries of a KeyLog in the order of their revisions.
class LiveKeyCounter {
 public:
  // At most `max_keys` different keys will come.
  explicit LiveKeyCounter(std::uint64_t max_keys);

  void replay(std::uint64_t entry);
  std::uint64_t live() const { return live_; }

 private:
  std::vector<std::uint64_t> slots_;  // 0: free
  std::size_t mask_;
  std::uint64_t live_ = 0;
};

}  // namespace holdfast::snapshot
