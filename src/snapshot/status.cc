#include "snapshot/status.h"

#include <optional>

#include "snapshot/block_ring.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/trailer_hash.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kScanner = 0;
constexpr std::size_t kHasher = 1;

// Records remembered at a time to count the keys that exist: 48 MiB at most, with the counting.
constexpr std::size_t kMaxRecords = std::size_t{2} << 20U;

Result<PageFacts> scan(BlockRing& ring, std::uint64_t database_size, const ScanOptions& options) {
  PageScanner scanner(options);
  std::uint64_t left = database_size;
  while (left > 0) {
    HF_ASSIGN(ByteView block, ring.next(kScanner));
    if (block.size() > left) block = block.first(static_cast<std::size_t>(left));
    HF_TRY(scanner.write(block));
    left -= block.size();
  }
  ring.leave(kScanner);
  return scanner.finish();
}

Result<SnapshotStatus> scan_and_hash(os::File& file, const SnapshotFile& layout) {
  BlockRing ring(file, layout.data_size, 2);
  TrailerHash hash(ring, kHasher);
  auto facts = scan(ring, layout.database_size, {.max_records = kMaxRecords});
  if (!facts) ring.stop();
  const auto digest = hash.finish();
  if (!facts) return tl::unexpected<Error>(std::move(facts).error());
  if (!digest) return tl::unexpected<Error>(digest.error());
  HF_ASSIGN(const Sha256Digest trailer, read_trailer(file, layout));
  return SnapshotStatus{.facts = std::move(*facts), .has_trailer = true, .trailer_matches = *digest == trailer};
}

Result<SnapshotStatus> scan_only(os::File& file, const SnapshotFile& layout) {
  BlockRing ring(file, layout.database_size, 1);
  HF_ASSIGN(PageFacts facts, scan(ring, layout.database_size, {.max_records = kMaxRecords}));
  return SnapshotStatus{.facts = std::move(facts), .has_trailer = layout.trailer};
}

// Reads the file once for each of `parts` equal parts of all keys. Empty when a part still has too many records.
Result<std::optional<std::uint64_t>> count_live_keys(os::File& file, std::uint64_t database_size, std::uint32_t parts) {
  std::uint64_t live = 0;
  for (std::uint32_t part = 0; part < parts; ++part) {
    BlockRing ring(file, database_size, 1);
    HF_ASSIGN(const PageFacts facts,
              scan(ring, database_size, {.max_records = kMaxRecords, .part = part, .parts = parts}));
    if (!facts.live_keys) return std::optional<std::uint64_t>();
    live += *facts.live_keys;
  }
  return std::optional(live);
}

}  // namespace

Result<SnapshotStatus> read_status(os::File& file, bool check_trailer) {
  HF_ASSIGN(const SnapshotFile layout, read_snapshot_file(file));
  if (!layout.complete()) {
    return fail(Code::corrupt, "the snapshot is cut off: its database has {} bytes, {} are there", layout.database_size,
                layout.data_size);
  }
  HF_ASSIGN(SnapshotStatus status,
            layout.trailer && check_trailer ? scan_and_hash(file, layout) : scan_only(file, layout));
  // Stale copies of records count as well, so there may be more than the tree has.
  auto parts = static_cast<std::uint32_t>(status.facts.total_items / kMaxRecords + 1);
  while (!status.facts.live_keys) {
    parts *= 2;
    HF_ASSIGN(status.facts.live_keys, count_live_keys(file, layout.database_size, parts));
  }
  status.live_keys = *status.facts.live_keys;
  return status;
}

}  // namespace holdfast::snapshot
