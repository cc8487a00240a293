// Whoever wants to see the records themselves while pages pass by, and not only what they add up to. Which pages belong
// to the tree is known only at the end, so everything comes with the number of its page, and the pages that count are
// named afterwards. Private to snapshot/.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "snapshot/bolt_format.h"
#include "snapshot/bucket_name.h"
#include "snapshot/key_hash.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {

// Longer keys of users are not kept. etcd takes requests of 1.5 MiB; Kubernetes' longest keys have some hundred bytes.
constexpr std::size_t kMaxListedKey = 64 * kKiB;

// A record without the user's value. Its mod revision is its own.
struct ListedRecord {
  RecordKey revision;
  ByteView key;  // of the user; never empty
  std::int64_t create_revision = 0;
  std::int64_t version = 0;
  std::int64_t lease = 0;
  std::uint64_t value_size = 0;    // bytes
  std::uint64_t value_digest = 0;  // KeyHash with the sink's seed
};

// Used by one thread at a time. It cannot answer: what goes wrong it keeps for later.
class RecordSink {
 public:
  virtual ~RecordSink() = default;

  virtual const HashSeed& digest_seed() const = 0;

  // Page `page`, or an inline bucket in it, holds this, if it belongs to the tree of the bucket.
  virtual void take_record(PageId page, const ListedRecord& record) = 0;
  virtual void take_long_key(PageId page) = 0;  // a record whose key is longer than kMaxListedKey
  virtual void take_lease(PageId page, std::int64_t id) = 0;
  virtual void take_member(PageId page, ByteView json) = 0;

  // After everything has passed, for each page of the tree of `bucket` that holds items of it.
  virtual void use_page(BucketName bucket, PageId page) = 0;
};

}  // namespace holdfast::snapshot
