// The snapshot of a Backup, read from where it lies.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "work/destination.h"
#include "work/world.h"

#include "base/stream.h"
#include "model/json.h"
#include "repository/snapshot_source.h"

namespace holdfast::work {

// A Backup's object in its destination, and what opens it; the world must outlive it.
struct FoundBackup {
  // `backup`: a Backup of the catalogue. Code::not_found: its object, its destination or a Secret is not there.
  static Result<FoundBackup> find(World& world, const json::Value& backup, const std::stop_token& stop);
  // The same without looking for the object: `entry` is empty.
  static Result<FoundBackup> find_place(World& world, const json::Value& backup);

  // Fills `entry`. Code::not_found: neither the object nor its manifest is there, or not even the bucket.
  Status look_for(const std::string& object_key, const std::stop_token& stop);
  // Code::unsupported: `backup` is encrypted, and the destination names no key, so that this server cannot read it.
  Status check_readable(const json::Value& backup) const;
  // Does a list of the destination, which must be there, lack the object?
  Result<bool> lacks(const std::string& object_key, const std::stop_token& stop);

  json::Value settings;  // of the destination, as they were read
  OpenDestination destination;
  repository::Entry entry;
  pipeline::age::DecryptWith keys;
};

// What reading needs, opened; the world must outlive it.
class OpenBackup {
 public:
  // Code::refused: it is encrypted and the destination names no key that fits. Code::corrupt: it is not what its
  // manifest describes, as far as that is seen without reading it.
  static Result<std::unique_ptr<OpenBackup>> open(World& world, FoundBackup found, const std::stop_token& stop);

  // The plain snapshot; its clean end means that all digests were right.
  ByteSource& snapshot() { return *source_; }

 private:
  FoundBackup found_;
  std::unique_ptr<repository::SnapshotSource> source_;  // last: it reads from the destination
};

}  // namespace holdfast::work
