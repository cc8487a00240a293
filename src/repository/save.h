// The way of a backup: etcd -> length and trailer check -> page facts -> compression -> encryption -> digest -> store
// -> manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "etcd/client.h"
#include "objectstore/object_store.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "pipeline/age.h"
#include "pipeline/progress.h"
#include "pipeline/spool.h"
#include "repository/manifest.h"

namespace holdfast::repository {

struct SaveOptions {
  std::string
      object_key;    // exact key of the object; the caller has made its suffix agree with compression and encryption
  std::string name;  // the backup's name for the manifest
  std::string cluster;
  std::string cluster_uid;  // as the manifest has it
  std::string project;
  std::optional<WallTime> slot;
  pipeline::Compression compression = pipeline::Compression::zstd;
  int level = 0;                        // 0: the method's default
  pipeline::age::EncryptTo encrypt_to;  // nobody: not encrypted
  bool overwrite = false;
  // No other form of this name (x.db.zst.age for x.db.zst) may stay beside it: without `overwrite` one that is there
  // is refused, with it it is deleted when the new backup is complete.
  bool only_form = false;
  // Compare HashKV at the snapshot's revision with the live member; takes the database's size in spool.directory.
  bool verify_hash_kv = false;
  // Store nothing when the newest sound backup of this cluster in the folder, readable by the same people, has the
  // same status hash.
  bool skip_unchanged = false;
  bool write_manifest = true;
  bool drop_free_pages = false;  // zero pages that hold only deleted data; takes the database's size in spool.directory
  std::uint64_t bytes_per_second = 0;  // to the store; 0: no limit
  pipeline::SpoolOptions spool;
  std::optional<WallTime> retain_until;
  // The data directory of a member on this host: its db file is read directly, while a Snapshot call holds its pages
  // (pinned/pinned_stream.h); the stream of the best member is taken when anything about that is in doubt.
  std::string data_dir;
  std::uint64_t max_lag = 5000;  // raft entries a member may lag and still be chosen
};

struct SaveReport {
  Manifest manifest;                           // of the object that is there now: unchanged_since when not stored
  std::string key;                             // of that object
  std::optional<std::string> unchanged_since;  // name of the newest backup with the same status hash
  bool stored = true;                          // false: skip_unchanged applied
  std::uint64_t spilled_bytes = 0;             // how much went through the spool file
  Duration stream_time{};                      // how long etcd's read transaction was open
  bool pinned = false;                         // the db file in data_dir was read
  std::string why_not_pinned;                  // why the stream was taken though data_dir was given; empty otherwise
  Duration total_time{};
  std::string hash_kv_not_compared;         // why HashKV was asked for and could not be compared; empty otherwise
  bool saw_no_leader = false;               // the member that gave the snapshot: others may hold newer writes
  std::vector<std::string> failed_members;  // endpoints passed over before and after asking, with the reason
};

// Everything outside that a save touches. All must outlive the call.
struct SaveWorld {
  etcd::Client& etcd;
  objectstore::ObjectStore& store;
  os::Clock& clock;
  os::FileSystem& files;  // for the spool
  os::Random& random;
  pipeline::Progress& progress;
};

// Saves one snapshot. Nothing is visible in the store before every check has passed; on any error nothing new is
// visible. Code::exists when the key is taken and overwrite is off.
Result<SaveReport> save(const SaveWorld& world, const SaveOptions& options, const std::stop_token& stop);

}  // namespace holdfast::repository
