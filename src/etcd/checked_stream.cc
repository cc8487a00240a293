#include "etcd/checked_stream.h"

#include <algorithm>

namespace holdfast::etcd {

Result<std::unique_ptr<SnapshotStream>> CheckedSnapshotStream::open(std::string endpoint,
                                                                    std::unique_ptr<SnapshotMessages> messages) {
  std::unique_ptr<CheckedSnapshotStream> stream(new CheckedSnapshotStream(std::move(endpoint), std::move(messages)));
  HF_TRY(stream->advance());
  return std::unique_ptr<SnapshotStream>(std::move(stream));
}

Result<std::size_t> CheckedSnapshotStream::read(ByteSpan into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    if (blob_.empty()) {
      const Result<bool> more = advance();
      if (!more && filled == 0) return tl::unexpected<Error>(more.error());
      if (!more || !*more) break;
    }
    const std::size_t count = std::min(blob_.size(), into.size() - filled);
    std::copy_n(blob_.begin(), count, into.begin() + static_cast<std::ptrdiff_t>(filled));
    blob_ = blob_.subspan(count);
    filled += count;
  }
  return filled;
}

Result<bool> CheckedSnapshotStream::advance() {
  if (error_) return tl::unexpected<Error>(*error_);
  if (ended_) return false;
  Result<bool> more = next_checked();
  if (!more) {
    error_ = in_context(std::move(more).error(), "snapshot from {}", endpoint_).value();
    return tl::unexpected<Error>(*error_);
  }
  ended_ = !*more;
  return more;
}

Result<bool> CheckedSnapshotStream::next_checked() {
  SnapshotMessage message;
  HF_ASSIGN(const bool more, messages_->next(message));
  if (!more) {
    HF_TRY(check_.finish());
    return false;
  }
  const bool first = check_.database_size() == 0;
  HF_TRY(check_.accept(message));
  if (first) storage_version_ = message.version;
  blob_ = message.blob;
  return true;
}

}  // namespace holdfast::etcd
