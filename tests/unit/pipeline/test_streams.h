// What the pipeline's tests share: bytes to send, and sources and sinks that deal in odd pieces.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/stream.h"
#include "support/fixed_random.h"

namespace holdfast::pipeline {

// `size` bytes that do not compress.
inline Bytes noise(std::size_t size, std::uint64_t seed = 1) {
  Bytes bytes(size);
  test::FixedRandom(seed).fill(bytes);
  return bytes;
}

// `size` bytes that look like pages of JSON objects: they compress, but not to nothing.
inline Bytes pages(std::size_t size, std::uint64_t seed = 1) {
  test::FixedRandom random(seed);
  Bytes bytes;
  while (bytes.size() < size) {
    const Bytes text = to_bytes(R"({"kind":"Pod","metadata":{"name":"web-)" + std::to_string(random.next() % 100'000) +
                                R"(","uid":")" + std::to_string(random.next()) + "\"}}");
    bytes.insert(bytes.end(), text.begin(), text.end());
    if (random.next() % 8 == 0) bytes.resize(bytes.size() + random.next() % 500);
  }
  bytes.resize(size);
  return bytes;
}

// Gives the bytes in pieces of the given sizes, over and over, then `end`.
class PieceSource final : public ByteSource {
 public:
  explicit PieceSource(Bytes bytes, std::vector<std::size_t> pieces = {}, Status end = {})
      : bytes_(std::move(bytes)), pieces_(std::move(pieces)), end_(std::move(end)) {}

  Result<std::size_t> read(ByteSpan into) override {
    if (at_ == bytes_.size()) {
      HF_TRY(end_);
      return 0U;
    }
    std::size_t count = std::min(into.size(), bytes_.size() - at_);
    if (!pieces_.empty()) count = std::min(count, std::max<std::size_t>(1, pieces_[next_++ % pieces_.size()]));
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
    at_ += count;
    return count;
  }

 private:
  const Bytes bytes_;
  const std::vector<std::size_t> pieces_;
  const Status end_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
};

// Keeps what it gets; fails once more than `limit` bytes came.
class RecordingSink final : public ByteSink {
 public:
  explicit RecordingSink(std::optional<std::size_t> limit = std::nullopt) : limit_(limit) {}
  Status write(ByteView bytes) override {
    if (limit_ && bytes_.size() + bytes.size() > *limit_) return fail(Code::unavailable, "the store went away");
    largest_write_ = std::max(largest_write_, bytes.size());
    ++writes_;
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }
  Status finish() override {
    ++finishes_;
    return {};
  }
  const Bytes& bytes() const { return bytes_; }
  int finishes() const { return finishes_; }
  int writes() const { return writes_; }
  std::size_t largest_write() const { return largest_write_; }

 private:
  const std::optional<std::size_t> limit_;
  Bytes bytes_;
  int finishes_ = 0;
  int writes_ = 0;
  std::size_t largest_write_ = 0;
};

// Writes `bytes` in pieces of the given sizes, over and over, and finishes.
inline Status write_in_pieces(ByteSink& sink, ByteView bytes, const std::vector<std::size_t>& pieces = {}) {
  std::size_t next = 0;
  while (!bytes.empty()) {
    const std::size_t piece = pieces.empty() ? bytes.size() : std::max<std::size_t>(1, pieces[next++ % pieces.size()]);
    HF_TRY(sink.write(bytes.first(std::min(piece, bytes.size()))));
    bytes = bytes.subspan(std::min(piece, bytes.size()));
  }
  return sink.finish();
}

// Reads to the end in pieces of the given sizes, over and over.
inline Result<Bytes> read_in_pieces(ByteSource& source, const std::vector<std::size_t>& pieces = {}) {
  Bytes all;
  std::size_t next = 0;
  while (true) {
    Bytes buffer(pieces.empty() ? kMiB : std::max<std::size_t>(1, pieces[next++ % pieces.size()]));
    HF_ASSIGN(const std::size_t count, source.read(buffer));
    if (count == 0) return all;
    all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

}  // namespace holdfast::pipeline
