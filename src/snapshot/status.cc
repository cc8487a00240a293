#include "snapshot/status.h"

#include <optional>

#include "snapshot/database_checker.h"
#include "snapshot/sequential_read.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/trailer_hash.h"

namespace holdfast::snapshot {
namespace {

// Records remembered at a time to count the keys that exist: 64 MiB at most, with the counting.
constexpr std::size_t kMaxRecords = std::size_t{2} << 20U;
constexpr std::uint64_t kMaxParts = 256;

Result<PageFacts> scan(os::File& file, const SnapshotFile& layout, const ScanOptions& options) {
  PageScanner scanner(options);
  HF_TRY(read_sequentially(file, layout.database_size, [&](ByteView block) { return scanner.write(block); }));
  return scanner.finish();
}

Result<bool> matches_trailer(os::File& file, const SnapshotFile& layout, TrailerHash& hash) {
  HF_ASSIGN(const Sha256Digest digest, hash.finish());
  HF_ASSIGN(const Sha256Digest trailer, read_trailer(file, layout));
  return digest == trailer;
}

tl::unexpected<Error> too_many_keys() {
  return fail(Code::unsupported, "there are too many keys to count them");
}

Result<PageFacts> read_facts(os::File& file, const SnapshotFile& layout) {
  auto facts = scan(file, layout, {.max_records = kMaxRecords});
  if (facts || facts.error().code != Code::unsupported) return facts;
  HF_ASSIGN(facts, read_at_random(file, layout));
  if (!facts->live_keys) return too_many_keys();
  return facts;
}

Result<SnapshotStatus> read_complete(os::File& file, const SnapshotFile& layout, bool check_trailer) {
  std::optional<TrailerHash> hash;
  if (layout.trailer && check_trailer) hash.emplace(file, layout.data_size);
  SnapshotStatus status{.has_trailer = layout.trailer};
  HF_ASSIGN(status.facts, read_facts(file, layout));
  if (hash) {
    HF_ASSIGN(status.trailer_matches, matches_trailer(file, layout, *hash));
  }
  return status;
}

// Reads the file once for each of `parts` equal parts of all keys. Empty when a part still has too many records.
Result<std::optional<std::uint64_t>> count_in_parts(os::File& file, const SnapshotFile& layout, std::uint32_t parts) {
  std::uint64_t live = 0;
  for (std::uint32_t part = 0; part < parts; ++part) {
    const ScanOptions options{.max_records = kMaxRecords, .part = part, .parts = parts};
    HF_ASSIGN(const PageFacts facts, scan(file, layout, options));
    if (!facts.live_keys) return std::optional<std::uint64_t>();
    live += *facts.live_keys;
  }
  return std::optional(live);
}

Result<std::uint64_t> count_live_keys(os::File& file, const SnapshotFile& layout, std::uint64_t items) {
  // Stale copies of records count as well, so there may be more of them than the tree has.
  for (std::uint64_t parts = items / kMaxRecords + 2; parts <= kMaxParts; parts *= 2) {
    HF_ASSIGN(const auto live, count_in_parts(file, layout, static_cast<std::uint32_t>(parts)));
    if (live) return *live;
  }
  HF_ASSIGN(const PageFacts facts, read_at_random(file, layout));
  if (!facts.live_keys) return too_many_keys();
  return *facts.live_keys;
}

}  // namespace

Result<SnapshotStatus> read_status(os::File& file, bool check_trailer) {
  HF_ASSIGN(const SnapshotFile layout, read_snapshot_file(file));
  if (!layout.complete()) {
    return fail(Code::corrupt, "the snapshot is cut off: its database has {} bytes, {} are there", layout.database_size,
                layout.data_size);
  }
  HF_ASSIGN(SnapshotStatus status, read_complete(file, layout, check_trailer));
  if (!status.facts.live_keys) {
    HF_ASSIGN(status.facts.live_keys, count_live_keys(file, layout, status.facts.total_items));
  }
  status.live_keys = *status.facts.live_keys;
  return status;
}

}  // namespace holdfast::snapshot
