// Looks at the whole database: the root, every bucket, the free list; and gathers the facts on the way. Private to
// snapshot/.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "snapshot/findings.h"
#include "snapshot/page_scanner.h"
#include "snapshot/page_walk.h"
#include "snapshot/record_checker.h"
#include "snapshot/small_buckets.h"
#include "snapshot/snapshot_file.h"

namespace holdfast::snapshot {

class DatabaseChecker {
 public:
  // The file is complete. `on_pages` is told of every page that was read, as it comes.
  DatabaseChecker(os::File& file, const SnapshotFile& layout, Findings& findings, std::size_t memory_limit,
                  std::function<void(std::uint64_t)> on_pages);

  // Facts as far as they could be read. An error means that the file could not be read.
  Result<PageFacts> run();

 private:
  struct RootBucket {
    std::string name;
    PageId page = 0;  // the leaf that names it
    PageId root = 0;  // 0: inline
    Bytes image;      // inline
    TreeTotals totals;
  };

  void take_root_item(const TreeItem& item);
  static Result<TreeTotals> check_bucket(TreeChecker& trees, const RootBucket& bucket, const ItemVisitor& visit);
  Status check_small_bucket(RootBucket& bucket);
  Status check_key_bucket();
  Status recount_keys(const RootBucket& bucket, std::uint64_t followed);
  RecordChecker make_record_checker(std::uint32_t part, std::uint32_t parts);
  void check_leases(const KeyHistory& history);
  void gather_facts();

  const SnapshotFile& layout_;
  Findings& findings_;
  const std::size_t memory_limit_;
  PageReader reader_;
  PageSet met_;
  TreeChecker trees_;
  SmallBuckets small_buckets_;
  std::vector<RootBucket> buckets_;
  std::size_t inline_bytes_ = 0;
  std::uint64_t pages_ = 0;  // of all trees
  std::function<void(std::uint64_t)> on_pages_;
  PageFacts facts_;
};

// Looks at a complete file and gives its facts, or the first error as Code::corrupt: the slow way, for databases that
// cannot be judged in one pass. Nobody writes such databases, but they would be legal. Memory: 64 MiB; live_keys is
// empty when there are too many keys for it.
Result<PageFacts> read_at_random(os::File& file, const SnapshotFile& layout);

}  // namespace holdfast::snapshot
