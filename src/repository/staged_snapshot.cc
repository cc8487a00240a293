#include "repository/staged_snapshot.h"

#include <algorithm>

#include "pipeline/thread_source.h"
#include "repository/staging.h"
#include "snapshot/bolt_format.h"
#include "snapshot/free_pages.h"

namespace holdfast::repository {
namespace {

using snapshot::kTrailerSize;

constexpr std::size_t kChunkSize = kMiB;
constexpr std::size_t kChunksAhead = 4;
}  // namespace

Result<std::unique_ptr<StagedSnapshot>> StagedSnapshot::take(etcd::SnapshotStream& stream, const Options& options,
                                                             os::FileSystem& files, os::Clock& clock,
                                                             pipeline::Progress& progress,
                                                             const std::stop_token& stop) {
  std::unique_ptr<StagedSnapshot> taken(new StagedSnapshot());
  taken->database_size_ = stream.database_size();
  taken->storage_version_ = stream.storage_version();
  taken->endpoint_ = stream.endpoint();
  HF_TRY(files.make_directories(options.directory));  // often the target's own, which the first save makes
  HF_ASSIGN(taken->file_, files.open_anonymous(options.directory));
  HF_TRY(check_staging_space(files, options.directory, stream.database_size() + kTrailerSize));
  HF_TRY(taken->file_->allocate(stream.database_size() + kTrailerSize));
  StagingSink sink(*taken->file_, options.directory, files);
  HF_TRY(taken->receive(stream, sink, clock, progress));
  HF_TRY(taken->file_->truncate(taken->database_size_));
  if (options.drop_free_pages) HF_TRY(taken->drop_free_pages(stop));
  return taken;
}

Status StagedSnapshot::receive(etcd::SnapshotStream& stream, ByteSink& sink, os::Clock& clock,
                               pipeline::Progress& progress) {
  const auto begin = clock.steady();
  const auto behind = pipeline::make_write_behind(sink, kChunkSize, kChunksAhead);
  std::uint64_t done = 0;
  while (true) {
    HF_ASSIGN(const ByteSpan space, behind->space());
    HF_ASSIGN(const std::size_t count, stream.read(space));
    if (count == 0) break;
    behind->commit(count);
    done += count;
    progress.update({.phase = "save", .done = done, .total = database_size_ + kTrailerSize});
  }
  HF_TRY(behind->finish());
  source_digest_ = stream.database_digest();
  stream_time_ = std::chrono::duration_cast<Duration>(clock.steady() - begin);
  return {};
}

Status StagedSnapshot::drop_free_pages(const std::stop_token& stop) {
  Bytes head(static_cast<std::size_t>(std::min<std::uint64_t>(database_size_, 2 * snapshot::kMaxPageSize)));
  HF_ASSIGN(const std::size_t count, file_->read_at(0, head));
  head.resize(count);
  HF_ASSIGN(const snapshot::ChosenMeta chosen, snapshot::choose_meta(head));
  auto dropped = snapshot::drop_free_pages(*file_, chosen.meta, stop);
  if (!dropped) return in_context(std::move(dropped).error(), "drop the free pages");
  return {};
}

Result<std::size_t> StagedSnapshot::read(ByteSpan into) {
  if (at_ >= database_size_) return read_trailer(into);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), database_size_ - at_));
  HF_ASSIGN(const std::size_t count, file_->read_at(at_, into.first(wanted)));
  if (count == 0) return fail(Code::corrupt, "the temporary file ended after {} of {} bytes", at_, database_size_);
  hash_.update(into.first(count));
  at_ += count;
  if (at_ == database_size_) {
    Sha256 whole = hash_.clone();
    database_digest_ = hash_.finish();
    whole.update(database_digest_);
    file_digest_ = whole.finish();
  }
  return count;
}

Result<std::size_t> StagedSnapshot::read_trailer(ByteSpan into) {
  const auto given = static_cast<std::size_t>(at_ - database_size_);
  const std::size_t count = std::min(into.size(), kTrailerSize - given);
  std::copy_n(database_digest_.begin() + static_cast<std::ptrdiff_t>(given), count, into.begin());
  at_ += count;
  return count;
}

}  // namespace holdfast::repository
