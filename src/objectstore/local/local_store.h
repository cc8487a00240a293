// Objects as plain files under a directory: key "a/b" is the file <root>/a/b, readable by every other tool.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "objectstore/local/key_paths.h"
#include "objectstore/object_store.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::objectstore {

struct LocalOptions {
  std::string root;                     // made with its missing parents by the first put
  bool make_root = true;                // else a put is Code::unavailable when it is not there
  std::uint64_t keep_free = 64 * kMiB;  // a put stops with Code::no_space before less than this is free: other
                                        // programs, often etcd itself, write to the same disk. Objects of at most
                                        // 1 MiB may take half of it
  Duration stale_after =
      std::chrono::hours(24);  // temporary files not written to for this long are removed by later puts
};

// A put writes a hidden temporary file beside its target (mode 0600, directories 0700), syncs it, renames it, and syncs
// every directory from there up to the root: after a crash the object is there complete or not at all. Differences to a
// bucket, all reported clearly: metadata is dropped (Features::metadata), there is no object lock, a key may not be
// both an object and the folder of others ("a" and "a/b"), a segment has at most 255 bytes, and symbolic links below
// the root are refused. Several processes may use one root at once.
class LocalStore final : public ObjectStore, public UnfinishedUploads {
 public:
  // `files`, `clock` and `random` must outlive the store.
  LocalStore(LocalOptions options, os::FileSystem& files, os::Clock& clock, os::Random& random);

  Result<ObjectInfo> put(const std::string& key, ByteSource& source, const PutOptions& options,
                         const std::stop_token& stop) override;
  Result<Opened> get(const std::string& key, const ByteRange& range, const std::stop_token& stop) override;
  Result<ObjectInfo> head(const std::string& key, const std::stop_token& stop) override;
  Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) override;
  Status remove(const std::string& key, const std::stop_token& stop) override;
  Features features(const std::stop_token&) const override;
  std::string describe() const override { return "file://" + options_.root; }

  UnfinishedUploads* unfinished_uploads() override { return this; }
  Result<std::uint64_t> abort_stale_uploads(const StaleUploads& which, const std::stop_token& stop) override;
  bool cleared_by_puts() const override { return true; }

 private:
  Result<ObjectInfo> store(const std::string& key, const std::string& path, ByteSource& source,
                           const PutOptions& options, const std::stop_token& stop);
  Result<std::uint64_t> write_all(os::File& file, ByteSource& source);
  Status check_space(std::uint64_t keep_free);
  Status check_reachable();
  tl::unexpected<Error> undo(Error why, const std::string& path, const os::FileInfo& file, bool replaced);
  void sweep_once(const std::string& directory);

  const LocalOptions options_;
  os::FileSystem& files_;
  os::Clock& clock_;
  os::Random& random_;
  const KeyPaths paths_;

  std::mutex mutex_;
  std::set<std::string> swept_;  // protected by mutex_: directories already looked through for stale temporary files
};

}  // namespace holdfast::objectstore
