// The wiring of `verify`: which of the two ways to look at a snapshot, and what the manifest beside a file adds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/snapshot_input.h"
#include "snapshot/verify.h"

namespace holdfast::cli {

struct VerifyFlags {
  bool deep = false;
  std::string spool_dir;
  bool skip_hash_check = false;
  std::size_t max_findings = 100;
};
OptionGroup verify_options(VerifyFlags& flags);

struct VerifyOutcome {
  std::string place;
  bool ok = false;             // no finding is an error
  bool histories = false;      // each key's history was looked at
  bool with_manifest = false;  // a manifest took part
  snapshot::PageFacts pages;   // as far as they could be read
  std::vector<snapshot::Finding> findings;
  std::uint64_t findings_dropped = 0;
};

// Damage is in the outcome; an error means that the snapshot could not be looked at.
Result<VerifyOutcome> verify_snapshot(SnapshotInput& input, const VerifyFlags& flags, const ReadFlags& read,
                                      const DecryptFlags& decryption, Session& session);

}  // namespace holdfast::cli
