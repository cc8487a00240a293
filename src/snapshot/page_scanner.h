// Reads a snapshot once, from its first byte to its last, and knows at the end what a walk over the tree would have
// found: pages come in page order, not key order, but CRC-32C is linear, so the checksum and length of each page are
// combined in tree order when everything has passed. Costs a few bytes per page, whatever the pages hold.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::snapshot {

// What the pages say of the whole database. Names follow `etcdutl snapshot status`.
struct PageFacts {
  std::uint32_t hash = 0;             // the status hash: CRC-32C over bucket names, keys and values in key order
  std::int64_t revision = 0;          // main revision of the last record in bucket "key"; 0 when it is empty
  std::uint64_t total_items = 0;      // items of all buckets: totalKey of etcdutl 3.4 and 3.5
  std::uint64_t total_size = 0;       // bytes of the database: high water mark times page size
  std::uint64_t size_in_use = 0;      // bytes of the pages that are reachable
  std::int64_t compact_revision = 0;  // meta/finishedCompactRev, 0 when never compacted
  std::int64_t scheduled_compact_revision = 0;
  std::uint64_t consistent_index = 0;  // meta/consistent_index
  std::uint64_t term = 0;              // meta/term (3.5 and newer), 0 when absent
  std::string storage_version;         // meta/storageVersion ("3.6.0"), empty before 3.6
  std::string cluster_version;         // cluster/clusterVersion ("3.5.0")
  std::uint64_t member_count = 0;      // items of bucket "members"
  std::uint64_t lease_count = 0;
  std::uint64_t alarm_count = 0;
  bool auth_enabled = false;
  std::uint32_t page_size = 0;
};

// Feed every byte of the database in order, without the 32-byte trailer. One thread. Hostile bytes give Code::corrupt.
class PageScanner {
 public:
  PageScanner();
  ~PageScanner();

  Status write(ByteView bytes);

  // After the last byte: walks the page table and checks that every page reachable from the root was seen once, carries
  // its own number, has ordered keys and (in bucket "key") records that decode. Code::corrupt names page and bucket.
  Result<PageFacts> finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::snapshot
