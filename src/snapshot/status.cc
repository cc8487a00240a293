#include "snapshot/status.h"

#include <optional>

#include "snapshot/block_ring.h"
#include "snapshot/database_checker.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/trailer_hash.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kScanner = 0;
constexpr std::size_t kHasher = 1;

// Records remembered at a time to count the keys that exist: 64 MiB at most, with the counting.
constexpr std::size_t kMaxRecords = std::size_t{2} << 20U;
constexpr std::uint64_t kMaxParts = 256;

constexpr std::size_t kRandomMemory = 64 * kMiB;

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

Result<bool> matches_trailer(os::File& file, const SnapshotFile& layout, TrailerHash& hash) {
  HF_ASSIGN(const Sha256Digest digest, hash.finish());
  HF_ASSIGN(const Sha256Digest trailer, read_trailer(file, layout));
  return digest == trailer;
}

Result<SnapshotStatus> scan_and_hash(os::File& file, const SnapshotFile& layout) {
  BlockRing ring(file, layout.data_size, 2);
  TrailerHash hash(ring, kHasher);
  auto facts = scan(ring, layout.database_size, {.max_records = kMaxRecords});
  if (!facts) {
    ring.stop();
    return tl::unexpected<Error>(std::move(facts).error());
  }
  SnapshotStatus status{.facts = std::move(*facts), .has_trailer = true};
  HF_ASSIGN(status.trailer_matches, matches_trailer(file, layout, hash));
  return status;
}

Result<SnapshotStatus> scan_only(os::File& file, const SnapshotFile& layout) {
  BlockRing ring(file, layout.database_size, 1);
  HF_ASSIGN(PageFacts facts, scan(ring, layout.database_size, {.max_records = kMaxRecords}));
  return SnapshotStatus{.facts = std::move(facts), .has_trailer = layout.trailer};
}

// The slow way, for files that cannot be judged in one pass: nobody writes such files, but they would be legal.
Result<PageFacts> read_at_random(os::File& file, const SnapshotFile& layout) {
  Findings findings(1);
  DatabaseChecker checker(file, layout, findings, kRandomMemory, [](std::uint64_t) {});
  HF_ASSIGN(PageFacts facts, checker.run());
  const std::uint64_t errors = findings.errors();
  const std::vector<Finding> found = findings.take();
  if (errors > 0) return fail(Code::corrupt, "{}: {}", found.front().where, found.front().what);
  if (!facts.live_keys) return fail(Code::unsupported, "there are too many keys to count them");
  return facts;
}

Result<SnapshotStatus> read_at_random(os::File& file, const SnapshotFile& layout, bool check_trailer) {
  HF_ASSIGN(PageFacts facts, read_at_random(file, layout));
  SnapshotStatus status{.facts = std::move(facts), .has_trailer = layout.trailer};
  if (!layout.trailer || !check_trailer) return status;
  BlockRing ring(file, layout.data_size, 1);
  TrailerHash hash(ring, kScanner);
  HF_ASSIGN(status.trailer_matches, matches_trailer(file, layout, hash));
  return status;
}

Result<SnapshotStatus> read_complete(os::File& file, const SnapshotFile& layout, bool check_trailer) {
  auto status = layout.trailer && check_trailer ? scan_and_hash(file, layout) : scan_only(file, layout);
  if (status || status.error().code != Code::unsupported) return status;
  return read_at_random(file, layout, check_trailer);
}

// Reads the file once for each of `parts` equal parts of all keys. Empty when a part still has too many records.
Result<std::optional<std::uint64_t>> count_in_parts(os::File& file, std::uint64_t database_size, std::uint32_t parts) {
  std::uint64_t live = 0;
  for (std::uint32_t part = 0; part < parts; ++part) {
    BlockRing ring(file, database_size, 1);
    const ScanOptions options{.max_records = kMaxRecords, .part = part, .parts = parts};
    HF_ASSIGN(const PageFacts facts, scan(ring, database_size, options));
    if (!facts.live_keys) return std::optional<std::uint64_t>();
    live += *facts.live_keys;
  }
  return std::optional(live);
}

Result<std::uint64_t> count_live_keys(os::File& file, const SnapshotFile& layout, std::uint64_t items) {
  // Stale copies of records count as well, so there may be more of them than the tree has.
  for (std::uint64_t parts = items / kMaxRecords + 2; parts <= kMaxParts; parts *= 2) {
    HF_ASSIGN(const auto live, count_in_parts(file, layout.database_size, static_cast<std::uint32_t>(parts)));
    if (live) return *live;
  }
  HF_ASSIGN(const PageFacts facts, read_at_random(file, layout));
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
