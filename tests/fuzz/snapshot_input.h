// Bytes for the fuzz targets of snapshot files: the checksums of the meta pages are made right first, so that what lies
// behind them is reached.
#pragma once

#include "snapshot/bolt_format.h"

namespace holdfast::fuzz {

inline void repair_meta(Bytes& bytes, std::size_t at) {
  using namespace holdfast::snapshot;
  if (bytes.size() < at + kMinPageSize) return;
  const std::uint8_t* const body = bytes.data() + at + kPageHeaderSize;
  const Meta meta{.page_size = load_le<std::uint32_t>(body + 8),
                  .root = load_le<PageId>(body + 16),
                  .root_sequence = load_le<std::uint64_t>(body + 24),
                  .freelist = load_le<PageId>(body + 32),
                  .high_water_mark = load_le<PageId>(body + 40),
                  .txid = load_le<std::uint64_t>(body + 48)};
  write_meta(meta, ByteSpan(bytes).subspan(at, kMinPageSize));
}

inline Bytes repaired(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, data + size);
  repair_meta(bytes, 0);
  repair_meta(bytes, snapshot::kMinPageSize);
  return bytes;
}

}  // namespace holdfast::fuzz
