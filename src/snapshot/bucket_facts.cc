#include "snapshot/bucket_facts.h"

#include <algorithm>
#include <string_view>

#include "snapshot/mvcc.h"

namespace holdfast::snapshot {
namespace {

using namespace std::string_view_literals;

struct FactName {
  BucketName bucket;
  std::string_view key;
  bool (*take)(ByteView value, BucketFacts& facts);
  void (*copy)(const BucketFacts& from, BucketFacts& into);
};

bool take_number(ByteView value, std::uint64_t& into) {
  if (value.size() != 8) return false;
  into = load_be64(value.data());
  return true;
}

bool take_revision(ByteView value, std::int64_t& into) {
  const auto revision = read_record_key(value);
  if (!revision) return false;
  into = revision->revision.main;
  return true;
}

bool take_flag(ByteView value, bool& into) {
  if (value.size() != 1 || value[0] > 1) return false;
  into = value[0] == 1;
  return true;
}

bool take_version(ByteView value, VersionText& into) {
  return into.assign(value);
}

template <auto kMember, auto kTake>
constexpr FactName fact(BucketName bucket, std::string_view key) {
  return {.bucket = bucket,
          .key = key,
          .take = [](ByteView value, BucketFacts& facts) { return kTake(value, facts.*kMember); },
          .copy = [](const BucketFacts& from, BucketFacts& into) { into.*kMember = from.*kMember; }};
}

constexpr std::array<FactName, 7> kFacts{
    fact<&BucketFacts::consistent_index, take_number>(BucketName::meta, "consistent_index"sv),
    fact<&BucketFacts::term, take_number>(BucketName::meta, "term"sv),
    fact<&BucketFacts::scheduled_compact_revision, take_revision>(BucketName::meta, "scheduledCompactRev"sv),
    fact<&BucketFacts::finished_compact_revision, take_revision>(BucketName::meta, "finishedCompactRev"sv),
    fact<&BucketFacts::storage_version, take_version>(BucketName::meta, "storageVersion"sv),
    fact<&BucketFacts::cluster_version, take_version>(BucketName::cluster, "clusterVersion"sv),
    fact<&BucketFacts::auth_enabled, take_flag>(BucketName::auth, "authEnabled"sv),
};

const FactName* find_fact(ByteView key) {
  const auto* const found =
      std::find_if(kFacts.begin(), kFacts.end(), [key](const FactName& fact) { return fact.key == as_text(key); });
  return found == kFacts.end() ? nullptr : found;
}

std::uint8_t seen_bit(const FactName& fact) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(&fact - kFacts.data()));
}

}  // namespace

bool VersionText::assign(ByteView text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](std::uint8_t c) { return c > ' ' && c < 0x7F; });
  const bool fits = printable && text.size() <= text_.size();
  size_ = fits ? static_cast<std::uint8_t>(text.size()) : std::uint8_t{0};
  std::copy_n(text.begin(), size_, text_.begin());
  return fits;
}

FactResult take_fact(BucketName bucket, ByteView key, ByteView value, BucketFacts& facts) {
  const FactName* const fact = find_fact(key);
  if (fact == nullptr || fact->bucket != bucket) return FactResult::none;
  if (!fact->take(value, facts)) return FactResult::unreadable;
  facts.seen |= seen_bit(*fact);
  return FactResult::taken;
}

bool is_fact_key(ByteView key) {
  return find_fact(key) != nullptr;
}

void take_any_fact(ByteView key, ByteView value, BucketFacts& facts) {
  if (const FactName* const fact = find_fact(key)) take_fact(fact->bucket, key, value, facts);
}

void merge_facts(BucketName bucket, const BucketFacts& from, BucketFacts& into) {
  for (const FactName& fact : kFacts) {
    if (fact.bucket != bucket || (from.seen & seen_bit(fact)) == 0) continue;
    fact.copy(from, into);
    into.seen |= seen_bit(fact);
  }
}

}  // namespace holdfast::snapshot
