#include "snapshot/page_reader.h"

#include <algorithm>

#include "snapshot/bolt_file.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kLeastAhead = 16 * kKiB;
constexpr std::size_t kMostAhead = 256 * kKiB;

}  // namespace

Result<ByteView> PageReader::read(std::uint64_t offset, std::size_t size) {
  const std::uint64_t window_end = window_at_ + window_.size();
  if (offset < window_at_ || offset + size > window_end) {
    const bool goes_on = offset >= window_at_ && offset <= window_end;
    ahead_ = goes_on ? std::min(kMostAhead, std::max(kLeastAhead, 2 * ahead_)) : kLeastAhead;
    window_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(std::max(size, ahead_), size_ - offset)));
    window_at_ = offset;
    if (auto read = read_exactly(file_, offset, window_); !read) {
      window_.clear();
      return tl::unexpected<Error>(std::move(read).error());
    }
  }
  return ByteView(window_).subspan(static_cast<std::size_t>(offset - window_at_), size);
}

}  // namespace holdfast::snapshot
