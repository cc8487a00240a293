// Proves that a stored snapshot can be restored, by reading it.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "os/clock.h"
#include "os/file_system.h"
#include "pipeline/progress.h"
#include "repository/snapshot_source.h"
#include "snapshot/verify.h"

namespace holdfast::repository {

struct VerifyStoredOptions {
  OpenOptions open;
  // Read everything through decryption and decompression into a temporary file here, and walk it as snapshot::verify
  // does. Empty: one streaming pass, which checks all digests, page structure, status hash and records, but not each
  // key's history.
  std::string deep_directory;
};

struct VerifyStoredReport {
  Entry entry;
  snapshot::PageFacts facts;
  std::vector<snapshot::Finding> findings;
  bool ok() const;  // no finding is an error
};

// Everything outside that a verification touches. All must outlive the call.
struct VerifyWorld {
  os::FileSystem& files;
  os::Clock& clock;
  pipeline::Progress& progress;
};

// Damage is a finding; an error means that it could not be looked at (not found, no key, store away).
Result<VerifyStoredReport> verify_stored(objectstore::ObjectStore& store, const Entry& entry,
                                         const VerifyStoredOptions& options, const VerifyWorld& world,
                                         const std::stop_token& stop);

}  // namespace holdfast::repository
