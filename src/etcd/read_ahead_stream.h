// Receives and checks a snapshot on a thread of its own, a few chunks ahead of whoever reads it, so that hashing and
// the network go on while the reader writes, compresses or waits.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "etcd/client.h"

namespace holdfast::etcd {

// At most kChunks times kChunkSize bytes are filled and not yet read. The chunk used last is filled next, so with a
// quick reader a few stay in the processor's cache.
class ReadAheadStream final : public SnapshotStream {
 public:
  static constexpr std::size_t kChunkSize = 256 * kKiB;
  static constexpr std::size_t kChunks = 32;

  // Opens the inner stream with a token that is pulled by `stop` and by this object's end.
  using Opener = std::function<Result<std::unique_ptr<SnapshotStream>>(const std::stop_token&)>;
  static Result<std::unique_ptr<SnapshotStream>> open(const Opener& opener, const std::stop_token& stop);

  ~ReadAheadStream() override;

  Result<std::size_t> read(ByteSpan into) override;
  std::uint64_t database_size() const override { return inner_->database_size(); }
  const std::string& storage_version() const override { return inner_->storage_version(); }
  const std::string& endpoint() const override { return inner_->endpoint(); }
  const Sha256Digest& database_digest() const override { return inner_->database_digest(); }
  const Sha256Digest& file_digest() const override { return inner_->file_digest(); }

 private:
  struct Forward {
    std::stop_source source;
    void operator()() { source.request_stop(); }
  };

  explicit ReadAheadStream(const std::stop_token& stop);
  void receive();
  // The reader's next chunk: waits for it, gives the used-up one back. False at the end or on an error.
  bool advance();

  std::stop_source stop_source_;
  std::stop_callback<Forward> forward_stop_;
  std::unique_ptr<SnapshotStream> inner_;  // the receiver's until it ended; size, version and endpoint never change

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Bytes> filled_;  // guarded by mutex_, as are these two
  std::vector<Bytes> free_;
  std::optional<Status> outcome_;  // how the inner stream ended

  Bytes chunk_;            // the reader's
  std::size_t given_ = 0;  // of chunk_
  std::jthread receiver_;  // last: joined before what it uses goes
};

}  // namespace holdfast::etcd
