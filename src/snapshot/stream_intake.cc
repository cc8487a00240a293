#include <algorithm>
#include <thread>

#include "snapshot/bolt_file.h"
#include "snapshot/chunk_queue.h"
#include "snapshot/database_writer.h"
#include "snapshot/snapshot_intake.h"
#include "snapshot/snapshot_size.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kChunkSize = kMiB;
constexpr std::size_t kChunks = 6;
static_assert(kChunkSize >= kMetaSearchSize, "the first chunk has to hold both metas");

// The thread that hashes and writes. Stops at the first error and lets the other side know.
class WriterThread {
 public:
  WriterThread(ChunkQueue& queue, os::File& target, std::uint64_t database_size)
      : queue_(queue), writer_(target, database_size), thread_([this] { run(); }) {}
  // The queue is closed before this: then the thread comes to its end.
  ~WriterThread() { queue_.close(); }

  // After close(): waits for the end.
  Result<DatabaseWriter::Outcome> finish() {
    thread_.join();
    if (!status_) return tl::unexpected<Error>(std::move(status_).error());
    return writer_.finish();
  }

 private:
  void run() {
    while (auto chunk = queue_.pop()) {
      auto done = writer_.take(std::move(*chunk));
      if (!done) {
        status_ = tl::unexpected<Error>(std::move(done).error());
        queue_.abandon();
        return;
      }
      if (*done) queue_.give_back(std::move(**done));
    }
  }

  ChunkQueue& queue_;
  DatabaseWriter writer_;
  Status status_;        // read after join
  std::jthread thread_;  // last: uses everything above
};

class StreamIntake final : public SnapshotIntake {
 public:
  StreamIntake(ByteSource& source, IntakeOptions options)
      : source_(source), options_(std::move(options)), queue_(kChunks, kChunkSize) {}

  Result<IntakeHead> open() override {
    first_ = *queue_.empty_chunk();
    HF_ASSIGN(first_.size, read_full(source_, first_.buffer));
    HF_ASSIGN(const ChosenMeta chosen, choose_meta(first_.bytes()));
    head_.meta = chosen.meta;
    head_.database_size = chosen.meta.high_water_mark * chosen.meta.page_size;
    return head_;
  }

  Result<IntakeResult> copy_to(os::File& target) override {
    HF_TRY(target.allocate(head_.database_size));
    WriterThread writer(queue_, target, head_.database_size);
    HF_TRY(read_all_chunks());
    queue_.close();
    HF_ASSIGN(const DatabaseWriter::Outcome outcome, writer.finish());
    HF_TRY(check_snapshot_size(head_.meta, outcome.snapshot_size, !options_.skip_hash_check));
    const Status same = check_digest(outcome.digest, outcome.trailer);
    if (!same && !options_.skip_hash_check) return tl::unexpected<Error>(same.error());
    IntakeResult result{.snapshot_size = outcome.snapshot_size,
                        .digest = outcome.digest,
                        .wrong_trailer = !same && !outcome.trailer.empty(),
                        .facts = {}};
    result.facts = scanned_ ? scanner_.finish() : tl::unexpected<Error>(scanned_.error());
    return result;
  }

 private:
  // An error waits for the end: there may be another that says more, such as that of a wrong trailer.
  void scan(std::uint64_t position, ByteView bytes) {
    const std::uint64_t left = head_.database_size - std::min(head_.database_size, position);
    if (scanned_) {
      scanned_ = scanner_.write(bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()))));
    }
  }

  // Ends without an error when the writer has given up: its own error is the one to tell.
  Status read_all_chunks() {
    std::uint64_t done = 0;
    for (std::optional<Chunk> chunk = std::move(first_); chunk; chunk = queue_.empty_chunk()) {
      if (options_.stop.stop_requested()) return fail(Code::cancelled, "stopped while copying the database");
      if (done > 0) {
        HF_ASSIGN(chunk->size, read_full(source_, chunk->buffer));
      }
      scan(done, chunk->bytes());
      done += chunk->size;
      const bool last = chunk->size < kChunkSize;  // read_full gives less only at the end
      queue_.push(std::move(*chunk));
      if (options_.on_progress) options_.on_progress(done);
      if (last) return {};
    }
    return {};
  }

  ByteSource& source_;
  const IntakeOptions options_;
  ChunkQueue queue_;
  IntakeHead head_;
  Chunk first_;
  PageScanner scanner_{{.max_records = 0}};
  Status scanned_;
};

}  // namespace

std::unique_ptr<SnapshotIntake> make_stream_intake(ByteSource& source, IntakeOptions options) {
  return std::make_unique<StreamIntake>(source, std::move(options));
}

}  // namespace holdfast::snapshot
