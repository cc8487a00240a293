// The keys that exist in a snapshot, in order, from one pass over its bytes in the order of the file. Records lie there
// by revision, among pages that are free and hold old ones: all of them are sorted by key in bounded memory, and what
// counts is picked when they are read back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/keys/key_state.h"
#include "snapshot/page_scanner.h"

namespace holdfast::snapshot {

struct ListOptions {
  std::string spool_directory;  // for a nameless temporary file, when the memory is not enough
  // Bytes for sorting; beside it PageScanner's own, one bit for each page and 8 bytes for each lease. A record takes
  // some 100 bytes and its key there, and about 30 bytes and what distinguishes its key in the file.
  std::size_t memory = 32 * kMiB;
  DigestSeed digest_seed;
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress =
      {};  // bytes, one call at a time; of list_keys()
};

// A member as the snapshot knows it.
struct ListedMember {
  std::uint64_t id = 0;
  std::string name;
  std::vector<std::string> peer_urls;
};

class KeyListing {
 public:
  KeyListing(KeyListing&&) noexcept;
  KeyListing& operator=(KeyListing&&) noexcept;
  ~KeyListing();

  const PageFacts& facts() const;  // live_keys is not counted
  // The snapshot's own: of its last record or its last compaction, whichever is newer; 1 for an empty etcd.
  std::int64_t revision() const;
  // Ids, ascending; facts().lease_count of them, unless there are more than a million.
  const std::vector<std::int64_t>& leases() const;
  const std::vector<ListedMember>& members() const;  // by id
  bool spilled() const;                              // the memory was not enough

  // The keys that exist at revision(), from the first one on, as often as wanted. The cursor must not outlive this.
  // Code::unsupported: a key is longer than 64 KiB.
  Result<std::unique_ptr<KeyCursor>> open() const;

 private:
  friend class KeyLister;
  class State;
  explicit KeyListing(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Feed every byte of the database in order, without the 32-byte trailer, as with PageScanner. One thread.
class KeyLister {
 public:
  // `files` must outlive it and the listing.
  KeyLister(os::FileSystem& files, const ListOptions& options);
  ~KeyLister();
  KeyLister(const KeyLister&) = delete;
  KeyLister& operator=(const KeyLister&) = delete;

  // Code::corrupt as PageScanner; Code::no_space and others when the temporary file cannot be written.
  Status write(ByteView bytes);
  std::optional<std::uint64_t> database_size() const;
  // After the last byte: as PageScanner::finish(), which also decides whether the pages are good.
  Result<KeyListing> finish();

 private:
  class Sorting;
  std::unique_ptr<Sorting> sorting_;
  PageScanner scanner_;
};

// Lists a snapshot file, or a bare database of etcd. A trailer is compared with the SHA-256 of the database meanwhile,
// and a snapshot that has one has to be whole (check_snapshot_facts): Code::corrupt otherwise.
Result<KeyListing> list_keys(os::File& file, os::FileSystem& files, const ListOptions& options);

}  // namespace holdfast::snapshot
