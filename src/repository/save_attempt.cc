#include "repository/save_attempt.h"

#include <atomic>
#include <optional>
#include <thread>

#include "pipeline/thread_source.h"
#include "pipeline/throttle.h"
#include "repository/scanning_sink.h"
#include "repository/staged_snapshot.h"

namespace holdfast::repository {
namespace {

using objectstore::ObjectInfo;
using pipeline::DigestSink;
using pipeline::Spool;

constexpr std::size_t kChunkSize = kMiB;  // bytes handed from thread to thread
constexpr std::size_t kChunksAhead = 4;   // chunks that may wait between etcd and the compressor
constexpr std::uint64_t kTrailerSize = 32;
// Compressed or encrypted output may be a little larger than its input: zstd's bound is 1/256, gzip's and age's are
// smaller.
constexpr std::uint64_t kGrowthDivisor = 128;

// compression -> encryption -> digest -> spool, built from the last stage to the first.
class StoredStages {
 public:
  Status open(const SaveOptions& options, os::Random& random, ByteSink& spool) {
    ByteSink* next = &spool;
    const bool encrypt = !options.encrypt_to.recipients.empty() || !options.encrypt_to.passphrase.empty();
    if (encrypt || options.compression != pipeline::Compression::none) next = &digest_.emplace(spool);
    if (encrypt) {
      HF_ASSIGN(encryptor_, pipeline::age::make_encryptor(options.encrypt_to, random, *next));
      next = encryptor_.get();
    }
    if (options.compression != pipeline::Compression::none) {
      compressor_ = pipeline::make_compressor(options.compression, options.level, *next);
      next = compressor_.get();
    }
    first_ = next;
    return {};
  }
  ByteSink& first() { return *first_; }
  // Of what was stored; nothing when that is the snapshot as it came, whose digest the stream has already.
  const std::optional<DigestSink>& digest() const { return digest_; }

 private:
  std::optional<DigestSink> digest_;
  std::unique_ptr<ByteSink> encryptor_;
  std::unique_ptr<ByteSink> compressor_;
  ByteSink* first_ = nullptr;
};

objectstore::PutOptions put_options(const SaveOptions& options, std::uint64_t database_size) {
  const std::uint64_t plain = database_size + kTrailerSize;
  return {.size_limit = plain + plain / kGrowthDivisor + kMiB,
          .avoid_replacing = !options.overwrite,
          .metadata = {},
          .content_type = "application/octet-stream",
          .retain_until = options.retain_until};
}

// What the store reads. Remembers whether it was the reading that failed, and says how far it is once nothing else is
// left to wait for.
class UploadSource final : public ByteSource {
 public:
  UploadSource(ByteSource& from, pipeline::Progress& progress) : from_(from), progress_(progress) {}

  Result<std::size_t> read(ByteSpan into) override {
    auto count = from_.read(into);
    if (!count) failed_ = true;
    if (count) done_ += *count;
    if (drained_) progress_.update({.phase = "upload", .done = done_, .total = std::nullopt});
    return count;
  }
  bool failed() const { return failed_; }
  // From any thread: the snapshot is read to its end.
  void drained() { drained_ = true; }

 private:
  ByteSource& from_;
  pipeline::Progress& progress_;
  std::uint64_t done_ = 0;  // bytes
  bool failed_ = false;
  std::atomic<bool> drained_ = false;
};

Error given_up() {
  return fail(Code::cancelled, "the save was given up").value();
}

// Stores what comes out of the spool, on its own thread. A failure stops the writing side; join() waits for the end.
class Uploader {
 public:
  Uploader(const SaveWorld& world, const SaveOptions& options, std::uint64_t database_size, Spool& spool,
           const std::stop_token& stop)
      : spool_(spool), source_(spool.reader(), world.progress), thread_([&world, &options, this, database_size, stop] {
          ByteSource* source = &source_;
          std::unique_ptr<ByteSource> throttle;
          if (options.bytes_per_second > 0) {
            throttle = pipeline::make_throttle(options.bytes_per_second, *source, world.clock, stop);
            source = throttle.get();
          }
          result_ = world.store.put(options.object_key, *source, put_options(options, database_size), stop);
          if (!result_) spool_.fail_reader(result_.error());
        }) {}

  // Not joined: nobody writes to the spool any more.
  ~Uploader() {
    if (thread_.joinable()) spool_.fail_reader(given_up());
  }
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

  const Result<ObjectInfo>& join() {
    if (thread_.joinable()) thread_.join();
    return result_;
  }

  // Everything was read from etcd: what is left is to store it.
  void drained() { source_.drained(); }
  // After join(): the store failed, and not what it was given to read.
  bool store_failed() const { return !result_ && !source_.failed(); }

 private:
  Spool& spool_;
  UploadSource source_;
  Result<ObjectInfo> result_ = fail(Code::internal, "the upload never ran");
  std::jthread thread_;  // last: it uses what is above
};

// Reads the stream to its clean end, at full speed.
Result<Duration> drain(const SaveWorld& world, etcd::SnapshotStream& stream, pipeline::BufferedSink& sink) {
  const auto begin = world.clock.steady();
  const std::uint64_t total = stream.database_size() + kTrailerSize;
  std::uint64_t done = 0;
  while (true) {
    HF_ASSIGN(const ByteSpan space, sink.space());
    HF_ASSIGN(const std::size_t count, stream.read(space));
    if (count == 0) break;
    sink.commit(count);
    done += count;
    world.progress.update({.phase = "save", .done = done, .total = total});
  }
  return std::chrono::duration_cast<Duration>(world.clock.steady() - begin);
}

// Moves `stream` through all stages into the store.
Result<AttemptResult> store_stream(const SaveWorld& world, const SaveOptions& options, etcd::SnapshotStream& stream,
                                   const BeforeCommit& before_commit, bool& store_failed, const std::stop_token& stop) {
  AttemptResult result;
  result.database_size = stream.database_size();
  result.storage_version = stream.storage_version();

  Spool spool(options.spool, world.files);
  StoredStages stages;
  Uploader uploader(world, options, stream.database_size(), spool, stop);
  const auto produce = [&]() -> Status {
    HF_TRY(stages.open(options, world.random, spool.writer()));
    ScanningSink scanning(stream.database_size(), stages.first(), [&](const snapshot::PageFacts& facts) {
      result.facts = facts;
      return before_commit(result);
    });
    const auto behind =
        pipeline::make_write_behind(scanning, kChunkSize, kChunksAhead, [&spool] { spool.fail_writer(given_up()); });
    HF_ASSIGN(result.stream_time, drain(world, stream, *behind));
    uploader.drained();
    result.database_sha256 = to_hex(stream.database_digest());
    result.file_sha256 = to_hex(stream.file_digest());
    return behind->finish();
  };
  const Status produced = produce();
  if (!produced) spool.fail_writer(produced.error());
  const Result<ObjectInfo>& stored = uploader.join();
  result.spilled_bytes = spool.spilled_bytes();
  // When storing failed first, the producing side only passed that error on; tell it once, as the store said it.
  store_failed = uploader.store_failed();
  if (store_failed) return in_context(stored.error(), "write to {}", world.store.describe());
  if (!produced) return tl::unexpected(produced.error());
  if (!stored) return tl::unexpected(stored.error());
  result.stored = *stored;
  const auto& digest = stages.digest();
  result.stored_size = digest ? digest->count() : stream.database_size() + kTrailerSize;
  result.stored_sha256 = digest ? to_hex(digest->digest()) : result.file_sha256;
  if (stored->size != result.stored_size) {
    store_failed = true;
    return fail(Code::corrupt, "the store holds {} bytes of {}, {} were sent", stored->size, options.object_key,
                result.stored_size);
  }
  return result;
}

}  // namespace

Result<AttemptResult> run_attempt(const SaveWorld& world, const SaveOptions& options, etcd::SnapshotStream& stream,
                                  const BeforeCommit& before_commit, bool& store_failed, const std::stop_token& stop) {
  store_failed = false;
  if (!options.drop_free_pages && !options.verify_hash_kv)
    return store_stream(world, options, stream, before_commit, store_failed, stop);
  const StagedSnapshot::Options staging{.directory = options.spool.directory,
                                        .drop_free_pages = options.drop_free_pages};
  HF_ASSIGN(const auto staged, StagedSnapshot::take(stream, staging, world.files, world.clock, world.progress, stop));
  const auto with_file = [&](AttemptResult so_far) {
    so_far.staged = &staged->file();
    return before_commit(so_far);
  };
  HF_ASSIGN(AttemptResult result, store_stream(world, options, *staged, with_file, store_failed, stop));
  result.source_sha256 = to_hex(staged->source_digest());
  result.stream_time = staged->stream_time();
  return result;
}

}  // namespace holdfast::repository
