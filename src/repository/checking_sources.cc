#include "repository/checking_sources.h"

#include <algorithm>

namespace holdfast::repository {
namespace {

constexpr std::size_t kTrailerSize = 32;  // SHA-256 at the end of a snapshot

}  // namespace

Result<std::size_t> DigestCheck::read(ByteSpan into) {
  if (end_) {
    HF_TRY(*end_);
    return std::size_t{0};
  }
  HF_ASSIGN(const std::size_t count, from_.read(into));
  count_ += count;
  if (count_ > size_) {
    end_ = fail(Code::corrupt, "the object is longer than the {} bytes of its manifest", size_);
    return tl::unexpected(end_->error());
  }
  if (count > 0) {
    hash_.update(ByteView(into).first(count));
    return count;
  }
  end_ = check_end();
  HF_TRY(*end_);
  return std::size_t{0};
}

Status DigestCheck::check_end() {
  if (count_ != size_) return fail(Code::corrupt, "the object has {} bytes, its manifest says {}", count_, size_);
  const std::string found = to_hex(hash_.finish());
  if (found != sha256_) return fail(Code::corrupt, "the object's SHA-256 is {}, its manifest says {}", found, sha256_);
  return {};
}

Result<std::size_t> TrailerCheck::read(ByteSpan into) {
  HF_ASSIGN(const std::size_t count, from_.read(into));
  count_ += count;
  if (count_ > size_) return fail(Code::corrupt, "the snapshot is longer than the {} bytes of its manifest", size_);
  if (count > 0) {
    remember(ByteView(into).first(count));
    return count;
  }
  HF_TRY(check_end());
  return std::size_t{0};
}

void TrailerCheck::remember(ByteView bytes) {
  last_.insert(last_.end(), bytes.end() - static_cast<std::ptrdiff_t>(std::min(bytes.size(), kTrailerSize)),
               bytes.end());
  if (last_.size() > kTrailerSize) last_.erase(last_.begin(), last_.end() - static_cast<std::ptrdiff_t>(kTrailerSize));
}

Status TrailerCheck::check_end() const {
  if (count_ != size_) return fail(Code::corrupt, "the snapshot has {} bytes, its manifest says {}", count_, size_);
  if (to_hex(last_) != trailer_) {
    return fail(Code::corrupt, "the snapshot ends in {}, its manifest says {}", to_hex(last_), trailer_);
  }
  return {};
}

Result<std::size_t> LengthLimit::read(ByteSpan into) {
  HF_ASSIGN(const std::size_t count, from_.read(into));
  count_ += count;
  if (count_ <= most_) return count;
  return fail(Code::corrupt, "the snapshot goes on after {} bytes, far behind the end of its database", most_);
}

Result<ByteView> PeekSource::peek(std::size_t size) {
  head_.resize(size);
  HF_ASSIGN(const std::size_t count, read_full(from_, head_));
  head_.resize(count);
  return ByteView(head_);
}

Result<std::size_t> PeekSource::read(ByteSpan into) {
  if (given_ == head_.size()) return from_.read(into);
  const std::size_t count = std::min(into.size(), head_.size() - given_);
  std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(given_), count, into.begin());
  given_ += count;
  return count;
}

}  // namespace holdfast::repository
