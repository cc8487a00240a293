// A snapshot that a person named, ready to be read: a plain file at random, everything else as a stream.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cli/encryption_options.h"
#include "cli/open_place.h"
#include "os/file_system.h"
#include "pipeline/progress.h"
#include "repository/repository.h"
#include "repository/snapshot_source.h"
#include "snapshot/restore.h"

namespace holdfast::cli {

struct ReadFlags {
  bool ignore_manifest = false;
  std::uint64_t limit_rate = 0;
};
OptionGroup read_options(ReadFlags& flags);

struct SnapshotInput {
  repository::Place place;         // as it was written
  OpenStore store;                 // where it lies
  repository::Entry entry;         // what lies there
  std::unique_ptr<os::File> file;  // set when it is a file here, neither compressed nor encrypted

  std::string place_text() const;  // of the object, exactly
};

// Finds it by its exact name or, in a store, by its name without suffixes. Whether a file is compressed or encrypted is
// seen from its first bytes, not its name. Code::not_found when it is not there.
Result<SnapshotInput> find_snapshot(const repository::Place& place, const S3Flags& flags, Session& session);

// Opens what is not a plain file, and asks for the keys it needs.
Result<std::unique_ptr<repository::SnapshotSource>> open_stream(SnapshotInput& input, const ReadFlags& read,
                                                                const DecryptFlags& decryption, Session& session);
Result<repository::OpenOptions> open_options(const ReadFlags& read, const DecryptFlags& decryption, Session& session);

// Does a plain file agree with the manifest beside it? Looks at its length and at its trailer, which whoever reads the
// file compares with the rest. Code::corrupt when not, or when the manifest is damaged. Fine when there is no manifest.
Status check_against_manifest(SnapshotInput& input);

struct RestoreSource {
  snapshot::RestoreInput input;                        // points at what stands below, or into the SnapshotInput
  std::unique_ptr<repository::SnapshotSource> stream;  // empty for a plain file
};
Result<RestoreSource> open_for_restore(SnapshotInput& input, const ReadFlags& read, const DecryptFlags& decryption,
                                       Session& session);

// For callbacks that say how far something is; a total of 0 means that it is not known. `progress` must outlive it.
std::function<void(std::uint64_t, std::uint64_t)> forward_progress(pipeline::Progress& progress, std::string phase);

}  // namespace holdfast::cli
