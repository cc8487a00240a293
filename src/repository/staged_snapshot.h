// A snapshot that lies in a file before it is stored, for what cannot be done while it passes: zeroing its free pages
// (which ones are free is known only when all have come) and hashing its records in key order. Private to repository/.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/sha256.h"
#include "etcd/client.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "pipeline/progress.h"

namespace holdfast::repository {

// Takes the whole stream into a nameless file, which needs the database's size on disk, and gives it on as a snapshot
// with a trailer.
class StagedSnapshot final : public etcd::SnapshotStream {
 public:
  struct Options {
    std::string directory;         // for the file
    bool drop_free_pages = false;  // make them zeros: etcd copies them as they are, with deleted data in them
  };

  // `stream` is read to its clean end and not used afterwards.
  static Result<std::unique_ptr<StagedSnapshot>> take(etcd::SnapshotStream& stream, const Options& options,
                                                      os::FileSystem& files, os::Clock& clock,
                                                      pipeline::Progress& progress, const std::stop_token& stop);

  Result<std::size_t> read(ByteSpan into) override;
  std::uint64_t database_size() const override { return database_size_; }
  const std::string& storage_version() const override { return storage_version_; }
  const std::string& endpoint() const override { return endpoint_; }
  const Sha256Digest& database_digest() const override { return database_digest_; }
  const Sha256Digest& file_digest() const override { return file_digest_; }

  // SHA-256 of the database as etcd sent it, and how long etcd's stream was open.
  const Sha256Digest& source_digest() const { return source_digest_; }
  Duration stream_time() const { return stream_time_; }
  // The database, to be read at random.
  os::File& file() { return *file_; }

 private:
  StagedSnapshot() = default;
  Status receive(etcd::SnapshotStream& stream, ByteSink& sink, os::Clock& clock, pipeline::Progress& progress);
  Status drop_free_pages(const std::stop_token& stop);
  Result<std::size_t> read_trailer(ByteSpan into);

  std::unique_ptr<os::File> file_;
  std::uint64_t database_size_ = 0;
  std::string storage_version_;
  std::string endpoint_;
  Sha256Digest source_digest_{};
  Duration stream_time_{};
  std::uint64_t at_ = 0;  // bytes given, trailer included
  Sha256 hash_;
  Sha256Digest database_digest_{};
  Sha256Digest file_digest_{};
};

}  // namespace holdfast::repository
