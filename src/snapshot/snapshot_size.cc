#include "snapshot/snapshot_size.h"

#include <algorithm>

#include "snapshot/bolt_file.h"

namespace holdfast::snapshot {

Status check_snapshot_size(const Meta& meta, std::uint64_t snapshot_size, bool trailer_wanted) {
  HF_TRY(check_database_size(meta, size_without_trailer(snapshot_size)));
  if (!trailer_wanted || has_trailer(snapshot_size)) return {};
  return with_hint(
      fail(Code::corrupt, "the snapshot has no SHA-256 behind its database, so that it cannot be checked"),
      "if this is a db file copied out of a data directory, use --skip-hash-check; otherwise it is cut off");
}

Status check_digest(const Sha256Digest& digest, ByteView trailer) {
  if (std::equal(digest.begin(), digest.end(), trailer.begin(), trailer.end())) return {};
  return with_hint(fail(Code::corrupt, "the snapshot is damaged: its SHA-256 should be {} but is {}", to_hex(trailer),
                        to_hex(digest)),
                   "fetch it again, or restore another snapshot");
}

}  // namespace holdfast::snapshot
