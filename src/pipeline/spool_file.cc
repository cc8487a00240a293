#include "pipeline/spool_file.h"

#include "base/crc32c.h"
#include "pipeline/spool.h"

namespace holdfast::pipeline {

SpoolFile::SpoolFile(const SpoolOptions& options, os::FileSystem& files)
    : directory_(options.directory), limit_(options.file_limit), keep_free_(options.keep_free), files_(files) {
  if (directory_.empty()) return;
  auto opened = files_.open_anonymous(directory_);
  if (opened) {
    file_ = std::move(*opened);
  } else {
    open_error_ = in_context(std::move(opened).error(), "prepare the spool").value();
  }
}

Result<bool> SpoolFile::append(ByteView block) {
  HF_ASSIGN(const std::uint64_t offset, start_append());
  HF_ASSIGN(const bool room, has_room(block.size()));
  if (!room) return false;
  if (auto written = file_->write_at(offset, block); !written) {
    if (written.error().code == Code::no_space) return false;
    return in_context(std::move(written).error(), "spool");
  }
  const std::uint32_t crc = crc32c(0, block);
  const std::lock_guard lock(mutex_);
  extents_.push_back({.offset = offset, .size = static_cast<std::uint32_t>(block.size()), .crc = crc});
  end_ = offset + block.size();
  live_ += block.size();
  total_ += block.size();
  return true;
}

// An empty file begins again at 0. Nobody reads it then, so it can be cut: that gives the space back everywhere.
Result<std::uint64_t> SpoolFile::start_append() {
  {
    const std::lock_guard lock(mutex_);
    if (live_ > 0 || end_ == 0) return end_;
    end_ = 0;
  }
  if (auto cut = file_->truncate(0); !cut) return in_context(std::move(cut).error(), "spool");
  return 0U;
}

Result<bool> SpoolFile::has_room(std::uint64_t size) {
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t used = can_discard_ ? live_ : end_;
    if (limit_ > 0 && used + size > limit_) return false;
  }
  auto free = files_.free_bytes(directory_);
  if (!free) return in_context(std::move(free).error(), "spool");
  return *free >= keep_free_ && *free - keep_free_ >= size;
}

Result<std::size_t> SpoolFile::take(ByteSpan into) {
  Extent extent{};
  {
    const std::lock_guard lock(mutex_);
    extent = extents_.front();
    extents_.pop_front();
  }
  const ByteSpan block = into.first(extent.size);
  std::size_t filled = 0;
  while (filled < block.size()) {
    auto count = file_->read_at(extent.offset + filled, block.subspan(filled));
    if (!count) return in_context(std::move(count).error(), "spool");
    if (*count == 0) return fail(Code::corrupt, "the spool file in {} is shorter than what was written", directory_);
    filled += *count;
  }
  if (crc32c(0, block) != extent.crc) {
    return with_hint(fail(Code::corrupt, "the spool file in {} gave back other bytes than were written", directory_),
                     "check that disk, or choose another directory for the spool");
  }
  const bool discarded = file_->discard(extent.offset, extent.size);
  const std::lock_guard lock(mutex_);
  can_discard_ = can_discard_ && discarded;
  live_ -= extent.size;
  return filled;
}

bool SpoolFile::empty() const {
  const std::lock_guard lock(mutex_);
  return extents_.empty();
}

std::uint64_t SpoolFile::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace holdfast::pipeline
