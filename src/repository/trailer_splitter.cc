#include "repository/trailer_splitter.h"

#include <algorithm>

#include "snapshot/bolt_format.h"

namespace holdfast::repository {

Status TrailerSplitter::write(ByteView bytes) {
  using snapshot::kTrailerSize;
  count_ += bytes.size();
  const std::size_t total = held_.size() + bytes.size();
  const std::size_t passing = total - std::min(total, kTrailerSize);
  const std::size_t from_held = std::min(passing, held_.size());
  if (from_held > 0) {
    HF_TRY(next_.write(ByteView(held_).first(from_held)));
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(from_held));
  }
  const std::size_t from_bytes = passing - from_held;
  if (from_bytes > 0) HF_TRY(next_.write(bytes.first(from_bytes)));
  held_.insert(held_.end(), bytes.begin() + static_cast<std::ptrdiff_t>(from_bytes), bytes.end());
  return {};
}

Status TrailerSplitter::finish() {
  if (!snapshot::has_trailer(count_)) {
    HF_TRY(next_.write(held_));
    held_.clear();
  }
  return next_.finish();
}

}  // namespace holdfast::repository
