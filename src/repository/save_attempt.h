// One try at a save: one member's stream, from its first byte until the object is stored. Private to repository/.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "etcd/client.h"
#include "repository/save.h"
#include "snapshot/page_scanner.h"

namespace holdfast::repository {

// What one stream gave.
struct AttemptResult {
  snapshot::PageFacts facts;
  std::string database_sha256;
  std::string file_sha256;
  std::string source_sha256;        // with dropped free pages: of the database as etcd sent it
  std::uint64_t database_size = 0;  // bytes
  os::File* staged = nullptr;       // the database, when it was staged; only while before_commit runs
  std::string storage_version;
  std::uint64_t stored_size = 0;  // bytes
  std::string stored_sha256;
  objectstore::ObjectInfo stored;  // as the store calls it
  std::uint64_t spilled_bytes = 0;
  Duration stream_time{};
};

// Asked once, when every byte has come and the pages were found sound, before the object becomes visible. An error
// throws the object away and is what the save returns.
using BeforeCommit = std::function<Status(const AttemptResult& so_far)>;

// Two threads besides the caller's: the caller drains etcd, one compresses and encrypts, one stores. Sets
// `store_failed` when it was the store that failed first, so that nobody else is blamed.
Result<AttemptResult> run_attempt(const SaveWorld& world, const SaveOptions& options, etcd::SnapshotStream& stream,
                                  const BeforeCommit& before_commit, bool& store_failed, const std::stop_token& stop);

}  // namespace holdfast::repository
