#include "snapshot/keys/run.h"

#include <algorithm>

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kMaxVarint = 10;
constexpr std::size_t kMaxNumbers = 1 + 8 * kMaxVarint + 8;  // of one item: a byte, varints, the digest
constexpr std::uint8_t kTombstone = 0x10;                    // beside the kind

void put_number(Bytes& to, std::uint64_t number) {
  while (number >= 0x80) {
    to.push_back(static_cast<std::uint8_t>(number | 0x80U));
    number >>= 7U;
  }
  to.push_back(static_cast<std::uint8_t>(number));
}

// Both directions wrap round, so that no number is too large for it.
std::uint64_t difference(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

tl::unexpected<Error> damaged() {
  return fail(Code::corrupt, "the temporary file does not hold what was written to it");
}

}  // namespace

RunWriter::RunWriter(os::File& file, std::uint64_t begin, std::size_t buffer_size)
    : file_(file), buffer_size_(buffer_size), run_{.begin = begin, .end = begin} {
  buffer_.reserve(buffer_size + kMaxNumbers);
}

Status RunWriter::add(const Item& item) {
  const auto [ours, theirs] = std::ranges::mismatch(last_key_, item.key);
  const auto shared = static_cast<std::size_t>(ours - last_key_.begin());
  const ByteView rest = item.key.subspan(shared);
  put_number(buffer_, shared);
  put_number(buffer_, rest.size());
  buffer_.insert(buffer_.end(), rest.begin(), rest.end());
  last_key_.resize(shared);
  last_key_.insert(last_key_.end(), rest.begin(), rest.end());

  buffer_.push_back(
      static_cast<std::uint8_t>(static_cast<std::uint8_t>(item.kind) | (item.tombstone ? kTombstone : 0)));
  put_number(buffer_, item.page);
  put_number(buffer_, static_cast<std::uint64_t>(item.revision.main));
  put_number(buffer_, static_cast<std::uint64_t>(item.revision.sub));
  if (item.kind == ItemKind::record && !item.tombstone) {
    put_number(buffer_, difference(item.create_revision, item.revision.main));
    put_number(buffer_, static_cast<std::uint64_t>(item.version));
    put_number(buffer_, static_cast<std::uint64_t>(item.lease));
    put_number(buffer_, item.value_size);
    buffer_.resize(buffer_.size() + sizeof item.value_digest);
    store_le(buffer_.data() + buffer_.size() - sizeof item.value_digest, item.value_digest);
  }
  return buffer_.size() >= buffer_size_ ? flush() : Status();
}

Status RunWriter::flush() {
  HF_TRY(file_.write_at(run_.end, buffer_));
  run_.end += buffer_.size();
  buffer_.clear();
  return {};
}

Result<Run> RunWriter::finish() {
  HF_TRY(flush());
  return run_;
}

RunReader::RunReader(os::File& file, const Run& run, std::size_t buffer_size)
    : file_(file), at_(run.begin), end_(run.end), buffer_(std::max(buffer_size, kMaxNumbers)) {}

Status RunReader::want(std::size_t size) {
  if (filled_ - begin_ >= size || at_ == end_) return {};
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), buffer_.begin());
  filled_ -= begin_;
  begin_ = 0;
  if (buffer_.size() < size) buffer_.resize(size);
  while (filled_ < buffer_.size() && at_ < end_) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size() - filled_, end_ - at_));
    HF_ASSIGN(const std::size_t got, file_.read_at(at_, ByteSpan(buffer_).subspan(filled_, count)));
    if (got == 0) return damaged();
    filled_ += got;
    at_ += got;
  }
  return {};
}

bool RunReader::read_number(std::uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 7 * kMaxVarint && begin_ < filled_; shift += 7) {
    const std::uint8_t byte = buffer_[begin_++];
    number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

Status RunReader::read_key() {
  std::uint64_t shared = 0;
  std::uint64_t size = 0;
  if (!read_number(shared) || !read_number(size) || shared > key_.size() || size > end_) return damaged();
  HF_TRY(want(static_cast<std::size_t>(size)));
  if (filled_ - begin_ < size) return damaged();
  key_.resize(static_cast<std::size_t>(shared));
  const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
  key_.insert(key_.end(), from, from + static_cast<std::ptrdiff_t>(size));
  begin_ += static_cast<std::size_t>(size);
  return {};
}

bool RunReader::read_numbers() {
  item_ = Item{.key = key_};
  if (begin_ == filled_) return false;
  const std::uint8_t head = buffer_[begin_++];
  item_.kind = static_cast<ItemKind>(head & 0x0FU);
  item_.tombstone = (head & kTombstone) != 0;
  std::uint64_t page = 0;
  std::uint64_t main = 0;
  std::uint64_t sub = 0;
  if (!read_number(page) || !read_number(main) || !read_number(sub)) return false;
  item_.page = static_cast<std::uint32_t>(page);
  item_.revision = {.main = static_cast<std::int64_t>(main), .sub = static_cast<std::int64_t>(sub)};
  if (item_.kind != ItemKind::record || item_.tombstone) return true;
  std::uint64_t age = 0;
  std::uint64_t version = 0;
  std::uint64_t lease = 0;
  if (!read_number(age) || !read_number(version) || !read_number(lease) || !read_number(item_.value_size)) return false;
  if (filled_ - begin_ < sizeof item_.value_digest) return false;
  item_.create_revision = static_cast<std::int64_t>(main - age);
  item_.version = static_cast<std::int64_t>(version);
  item_.lease = static_cast<std::int64_t>(lease);
  item_.value_digest = load_le<std::uint64_t>(buffer_.data() + begin_);
  begin_ += sizeof item_.value_digest;
  return true;
}

Result<bool> RunReader::next() {
  HF_TRY(want(2 * kMaxVarint));
  if (begin_ == filled_) return false;
  HF_TRY(read_key());
  HF_TRY(want(kMaxNumbers));
  if (!read_numbers()) return damaged();
  return true;
}

}  // namespace holdfast::snapshot
