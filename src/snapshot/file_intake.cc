#include <algorithm>

#include "snapshot/bolt_file.h"
#include "snapshot/range_copier.h"
#include "snapshot/scan_thread.h"
#include "snapshot/snapshot_intake.h"
#include "snapshot/snapshot_size.h"

namespace holdfast::snapshot {
namespace {

class FileIntake final : public SnapshotIntake {
 public:
  FileIntake(os::File& source, IntakeOptions options) : source_(source), options_(std::move(options)) {}

  Result<IntakeHead> open() override {
    HF_ASSIGN(head_.snapshot_size, source_.size());
    Bytes first(static_cast<std::size_t>(std::min<std::uint64_t>(head_.snapshot_size, kMetaSearchSize)));
    HF_TRY(read_exactly(source_, 0, first));
    HF_ASSIGN(const ChosenMeta chosen, choose_meta(first));
    head_.meta = chosen.meta;
    head_.database_size = chosen.meta.high_water_mark * chosen.meta.page_size;
    HF_TRY(check_snapshot_size(head_.meta, head_.snapshot_size, !options_.skip_hash_check));
    return head_;
  }

  Result<IntakeResult> copy_to(os::File& target) override {
    HF_TRY(target.allocate(head_.database_size));
    RangeCopier copier(source_, target, head_.database_size);
    ScanThread pages({.max_records = 0});
    // The copy is hashed, not the source: what is proven is what etcd will open. It is still in the page cache.
    for (std::uint64_t at = 0; at < head_.database_size;) {
      HF_ASSIGN(const std::uint64_t copied, copier.wait_beyond(at));
      HF_TRY(take(target, at, copied, pages));
      at = copied;
    }
    const std::uint64_t end = size_without_trailer(head_.snapshot_size);
    HF_TRY(hash_slack(head_.database_size, end));
    IntakeResult result{.snapshot_size = head_.snapshot_size, .digest = hash_.finish(), .facts = pages.finish()};
    if (end < head_.snapshot_size) {
      Sha256Digest trailer{};
      HF_TRY(read_exactly(source_, end, trailer));
      const Status same = check_digest(result.digest, trailer);
      if (!same && !options_.skip_hash_check) return tl::unexpected<Error>(same.error());
      result.wrong_trailer = !same;
    }
    report(head_.snapshot_size);
    return result;
  }

 private:
  // Hashes these bytes of the copy, and hands them over to `pages`.
  Status take(os::File& file, std::uint64_t from, std::uint64_t to, ScanThread& pages) {
    while (from < to) {
      if (options_.stop.stop_requested()) return fail(Code::cancelled, "stopped while copying the database");
      Chunk chunk = pages.chunk();
      chunk.size = static_cast<std::size_t>(std::min<std::uint64_t>(to - from, ScanThread::kBlock));
      HF_TRY(read_exactly(file, from, ByteSpan(chunk.buffer).first(chunk.size)));
      hash_.update(chunk.bytes());
      from += chunk.size;
      pages.scan(std::move(chunk));
      report(from);
    }
    return {};
  }

  // What lies between the database and the trailer, when a db file was copied.
  Status hash_slack(std::uint64_t from, std::uint64_t to) {
    Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(to - from, ScanThread::kBlock)));
    while (from < to) {
      const ByteSpan piece =
          ByteSpan(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(to - from, buffer.size())));
      HF_TRY(read_exactly(source_, from, piece));
      hash_.update(piece);
      from += piece.size();
      report(from);
    }
    return {};
  }

  void report(std::uint64_t done) const {
    if (options_.on_progress) options_.on_progress(done);
  }

  os::File& source_;
  const IntakeOptions options_;
  IntakeHead head_;
  Sha256 hash_;
};

}  // namespace

std::unique_ptr<SnapshotIntake> make_file_intake(os::File& source, IntakeOptions options) {
  return std::make_unique<FileIntake>(source, std::move(options));
}

}  // namespace holdfast::snapshot
