// Looks at the items of every bucket except "key": can etcd read them? Private to snapshot/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "snapshot/bucket_facts.h"
#include "snapshot/bucket_name.h"
#include "snapshot/findings.h"
#include "snapshot/tree_checker.h"

namespace holdfast::snapshot {

class SmallBuckets {
 public:
  // Lease ids need 8 bytes each; beyond `max_leases` they are not remembered.
  SmallBuckets(Findings& findings, std::size_t max_leases) : findings_(findings), max_leases_(max_leases) {}

  void take(BucketName bucket, const TreeItem& item);
  // Once all of them were taken: what follows from several items together.
  void finish();

  const BucketFacts& facts() const { return facts_; }
  bool all_leases_known() const { return lease_count_ == leases_.size(); }
  bool has_lease(std::int64_t id) const;

 private:
  void warn_of_alarm(const TreeItem& item);
  void unreadable(BucketName bucket, const TreeItem& item, std::string_view why);

  Findings& findings_;
  const std::size_t max_leases_;
  BucketFacts facts_;
  std::vector<std::int64_t> leases_;  // ascending: keys come in order
  std::uint64_t lease_count_ = 0;
  std::uint64_t members_ = 0;
};

}  // namespace holdfast::snapshot
