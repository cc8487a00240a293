#include "snapshot/revision_key.h"

#include "base/bytes.h"

namespace holdfast::snapshot {
namespace {

constexpr char kSeparator = '_';
constexpr char kTombstoneMark = 't';
constexpr std::size_t kSubAt = 9;

std::int64_t load(std::string_view key, std::size_t at) {
  return static_cast<std::int64_t>(load_be64(as_bytes(key).data() + at));
}

}  // namespace

std::string revision_key(const RevisionKey& revision) {
  std::string key(kRevisionKeySize, kSeparator);
  auto* bytes = reinterpret_cast<std::uint8_t*>(key.data());
  store_be64(bytes, static_cast<std::uint64_t>(revision.main));
  store_be64(bytes + kSubAt, static_cast<std::uint64_t>(revision.sub));
  return key;
}

std::optional<RevisionKey> parse_revision_key(std::string_view key) {
  const bool tombstone = key.size() == kRevisionKeySize + 1 && key.back() == kTombstoneMark;
  if ((key.size() != kRevisionKeySize && !tombstone) || key[kSubAt - 1] != kSeparator) return std::nullopt;
  const RevisionKey revision{.main = load(key, 0), .sub = load(key, kSubAt), .tombstone = tombstone};
  if (revision.main < 0 || revision.sub < 0) return std::nullopt;
  return revision;
}

}  // namespace holdfast::snapshot
