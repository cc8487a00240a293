// Sources that hold what passes against what a manifest says, and sources that look ahead. Private to repository/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/sha256.h"
#include "base/stream.h"

namespace holdfast::repository {

// Passes everything on; its clean end means that exactly `size` bytes with this SHA-256 passed. Code::corrupt
// otherwise.
class DigestCheck final : public ByteSource {
 public:
  DigestCheck(ByteSource& from, std::uint64_t size, std::string sha256_hex)
      : from_(from), size_(size), sha256_(std::move(sha256_hex)) {}
  Result<std::size_t> read(ByteSpan into) override;

 private:
  Status check_end();

  ByteSource& from_;
  const std::uint64_t size_;
  const std::string sha256_;
  Sha256 hash_;
  std::uint64_t count_ = 0;
  std::optional<Status> end_;  // what every read after the end says
};

// Passes everything on; its clean end means that exactly `size` bytes passed and the last 32 were `trailer_hex`. That
// they are the SHA-256 of the rest is for the reader to check: hashing a gigabyte twice would cost as much as reading
// it.
class TrailerCheck final : public ByteSource {
 public:
  TrailerCheck(ByteSource& from, std::uint64_t size, std::string trailer_hex)
      : from_(from), size_(size), trailer_(std::move(trailer_hex)) {}
  Result<std::size_t> read(ByteSpan into) override;

 private:
  void remember(ByteView bytes);
  Status check_end() const;

  ByteSource& from_;
  const std::uint64_t size_;
  const std::string trailer_;
  Bytes last_;  // up to 32 bytes
  std::uint64_t count_ = 0;
};

// Passes everything on, up to `most` bytes: Code::corrupt when there are more, so that a compressed object of a few
// bytes cannot keep its reader busy for ever.
class LengthLimit final : public ByteSource {
 public:
  LengthLimit(ByteSource& from, std::uint64_t most) : from_(from), most_(most) {}
  Result<std::size_t> read(ByteSpan into) override;

 private:
  ByteSource& from_;
  const std::uint64_t most_;
  std::uint64_t count_ = 0;
};

// Shows the first bytes before they are read.
class PeekSource final : public ByteSource {
 public:
  explicit PeekSource(ByteSource& from) : from_(from) {}
  // The first bytes of the stream, at most `size`, fewer only when the stream is shorter. Call before the first read.
  Result<ByteView> peek(std::size_t size);
  Result<std::size_t> read(ByteSpan into) override;

 private:
  ByteSource& from_;
  Bytes head_;
  std::size_t given_ = 0;
};

}  // namespace holdfast::repository
