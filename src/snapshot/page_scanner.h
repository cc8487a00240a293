// Reads a snapshot once, from its first byte to its last, and knows at the end what a walk over the tree would have
// found: pages come in page order, not key order, but CRC-32C is linear, so the checksum and length of each page are
// combined in tree order when everything has passed. Which pages belong to the tree is known only then, so every page
// that looks like one is remembered, and nothing in a page that turns out to be free is ever an error, whatever it
// holds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::snapshot {

// What the pages say of the whole database. Names follow `etcdutl snapshot status`.
struct PageFacts {
  std::uint32_t hash = 0;                  // the status hash: CRC-32C over bucket names, keys and values in key order
  std::int64_t revision = 0;               // main revision of the last record in bucket "key"; 0 when it is empty
  std::uint64_t total_items = 0;           // items of all buckets: totalKey of etcdutl 3.4 and 3.5
  std::optional<std::uint64_t> live_keys;  // user keys that exist: totalKey of etcdutl 3.6; see ScanOptions
  std::uint64_t total_size = 0;            // bytes of the database: high water mark times page size
  std::uint64_t size_in_use = 0;           // of these, bytes of pages that are not free, the two meta pages included
  std::int64_t compact_revision = 0;       // meta/finishedCompactRev, 0 when never compacted
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
  // The first that is absent of the buckets that no etcd is without: "key", "meta", "lease". Empty when all are there.
  std::string_view missing_bucket;
  std::string damaged_meta;  // what is wrong with one of the two meta pages; empty when both are fine
};

// Is a snapshot good whose pages gave these facts? Code::corrupt when a bucket is missing, or one of the two meta pages
// is damaged: a server sends both. (A db file that was copied while its server stopped may have one.)
Status check_snapshot_facts(const PageFacts& facts);

class RecordSink;

struct ScanOptions {
  // live_keys is known when the pages hold at most so many records, stale ones included: 8 bytes are kept for each of
  // them, and up to 22 more while they are counted.
  std::size_t max_records = std::size_t{1} << 20U;
  // Counts only the keys of one of so many equal parts, for a file with more records that is read several times.
  std::uint32_t part = 0;
  std::uint32_t parts = 1;
  // Shown all records on the way, and by finish() the pages that count (record_sink.h); null: nobody is. Outlives the
  // scanner. With it long values cost a digest, and up to 16 MiB more are needed for pages made to cost that.
  RecordSink* sink = nullptr;
};

// Feed every byte of the database in order, without the 32-byte trailer. One thread. Hostile bytes give Code::corrupt.
// Memory: about 28 bytes for each page that looks like one of the tree (44 when it has overflow), two or three for each
// child of a branch page and 8 for each page with records, besides the records above. Whatever the pages hold, it stays
// below 256 bytes for each page of the file.
class PageScanner {
 public:
  explicit PageScanner(const ScanOptions& options = {});
  ~PageScanner();
  PageScanner(const PageScanner&) = delete;
  PageScanner& operator=(const PageScanner&) = delete;

  Status write(ByteView bytes);

  // How long the database is, known once the meta pages have passed (the first 65 KiB always suffice). More bytes than
  // that are an error; a db file that is longer, as bbolt grows it ahead of use, is fed only so far.
  std::optional<std::uint64_t> database_size() const;

  // After the last byte: walks the page table and checks what verify() checks, except that the records of each key
  // follow from one another: every page reachable from the root was seen once and carries its own number; keys ascend
  // within pages and from page to page, and those of branch pages are the first ones of their children; records decode
  // and belong to their revision; items of etcd's other buckets have their form; a stored free list names exactly the
  // pages that are free. Code::corrupt names page and bucket. Code::unsupported: the pages are fine as far as they were
  // seen, but laid out as no bbolt writes them, so that they cannot be judged in one pass; a file can be read again at
  // random (see read_status).
  Result<PageFacts> finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::snapshot
