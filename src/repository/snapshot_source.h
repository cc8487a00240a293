// Opens a stored snapshot for reading: object -> decryption -> decompression -> the plain snapshot, every digest
// checked.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "base/stream.h"
#include "os/clock.h"
#include "pipeline/age.h"
#include "repository/repository.h"

namespace holdfast::repository {

// The plain snapshot (database and trailer). Its clean end means: the stored object had the size and SHA-256 of the
// manifest, decryption and decompression ended where they should, the plain size and the trailer are those of the
// manifest. Anything else is Code::corrupt instead of a clean end. Without a manifest only the formats' own checks
// apply.
class SnapshotSource : public ByteSource {
 public:
  // Bytes the source will give; 0 when there is no manifest and the object is compressed or encrypted.
  virtual std::uint64_t size_hint() const = 0;
};

struct OpenOptions {
  pipeline::age::DecryptWith keys;
  bool ignore_manifest = false;        // go by the object's suffix alone
  std::uint64_t bytes_per_second = 0;  // 0: no limit
};

// Code::refused when the object is encrypted and no key fits; Code::corrupt for an entry whose manifest is damaged,
// unless ignored. `store` and `clock` must outlive the source.
Result<std::unique_ptr<SnapshotSource>> open_snapshot(objectstore::ObjectStore& store, const Entry& entry,
                                                      const OpenOptions& options, os::Clock& clock,
                                                      const std::stop_token& stop);

}  // namespace holdfast::repository
