// The rules a snapshot's length and trailer have to keep, whichever way its bytes come.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"
#include "snapshot/bolt_format.h"

namespace holdfast::snapshot {

// Bytes in front of the trailer, if there is one.
constexpr std::uint64_t size_without_trailer(std::uint64_t snapshot_size) {
  return has_trailer(snapshot_size) ? snapshot_size - kTrailerSize : snapshot_size;
}

// Code::corrupt when the database is cut off, is no multiple of its page size, or when a trailer is missing that is
// wanted.
Status check_snapshot_size(const Meta& meta, std::uint64_t snapshot_size, bool trailer_wanted);

// Code::corrupt when they differ.
Status check_digest(const Sha256Digest& digest, ByteView trailer);

}  // namespace holdfast::snapshot
