// The keys of a snapshot that comes as a stream: decrypted, decompressed, from a bucket.
#pragma once

#include <cstdint>
#include <functional>

#include "base/stream.h"
#include "os/file_system.h"
#include "snapshot/keys/key_listing.h"

namespace holdfast::repository {

// Reads `source` (the plain snapshot: database, and trailer) to its end, once; as snapshot::list_keys() for files,
// which says what is checked. `on_bytes` (may be empty) is told how many bytes have come.
Result<snapshot::KeyListing> list_keys(ByteSource& source, os::FileSystem& files, const snapshot::ListOptions& options,
                                       const std::function<void(std::uint64_t done)>& on_bytes);

}  // namespace holdfast::repository
