// Reads a file from its beginning through one small buffer. Private to snapshot/.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/bolt_file.h"

namespace holdfast::snapshot {

// Calls take(block) -> Status for the bytes [0, size) of `file`, in order. Whoever reads a block also works on it, on
// the same thread: that it stays in the processor's cache is worth more than a second thread that reads ahead
// (measured: 0.47 s against 0.62 s for a scan of 1.6 GB).
template <class Take>
Status read_sequentially(os::File& file, std::uint64_t size, Take take) {
  constexpr std::size_t kBlock = 256 * kKiB;
  Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, kBlock)));
  for (std::uint64_t offset = 0; offset < size; offset += buffer.size()) {
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size - offset, kBlock)));
    HF_TRY(read_exactly(file, offset, buffer));
    HF_TRY(take(ByteView(buffer)));
  }
  return {};
}

}  // namespace holdfast::snapshot
