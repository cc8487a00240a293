// The single values that etcd keeps in its small buckets "meta", "cluster" and "auth". Private to snapshot/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "snapshot/bucket_name.h"

namespace holdfast::snapshot {

// A version text ("3.5.0") without an allocation.
class VersionText {
 public:
  // False, and empty, when this is not a short printable text.
  bool assign(ByteView text);
  std::string str() const { return {text_.data(), size_}; }

 private:
  std::array<char, 30> text_{};
  std::uint8_t size_ = 0;
};

struct BucketFacts {
  std::uint64_t consistent_index = 0;
  std::uint64_t term = 0;
  std::int64_t scheduled_compact_revision = 0;
  std::int64_t finished_compact_revision = 0;
  VersionText storage_version;
  VersionText cluster_version;
  bool auth_enabled = false;
  std::uint8_t seen = 0;  // one bit for each fact taken
};

enum class FactResult : std::uint8_t { none, taken, unreadable };

// Takes one item of `bucket` in, when it is a fact; `unreadable` when its value does not have the form etcd gives it.
FactResult take_fact(BucketName bucket, ByteView key, ByteView value, BucketFacts& facts);

// Is this the key of a fact in any of the three buckets? For leaf pages of which it is not known yet whose they are.
bool is_fact_key(ByteView key);
// Same as take_fact, for such a page: `from` holds whatever facts its keys spell.
void take_any_fact(ByteView key, ByteView value, BucketFacts& facts);
// Copies the facts that were seen and belong to `bucket`.
void merge_facts(BucketName bucket, const BucketFacts& from, BucketFacts& into);

}  // namespace holdfast::snapshot
