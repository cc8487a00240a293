// Filters: each wraps a ByteSource or a ByteSink, transforms what passes, and may leave a result behind (digest,
// count). Compression and decryption parameters live with the filter; who needs which filter is decided in repository/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "os/random.h"

namespace holdfast::pipeline {

enum class Compression { none, gzip, zstd };
std::string_view compression_name(Compression compression);    // "none", "gzip", "zstd"
Result<Compression> parse_compression(std::string_view name);  // Code::usage
// Code::usage unless 0 (the method's default) or a level of the method: 1..19 for zstd, 1..9 for gzip.
Status check_level(Compression compression, int level);

// --- writing: a sink that transforms and hands on to `next`; finish() finishes `next` too. `next` must outlive the
// filter.

// `level` has passed check_level(); docs/formats/stored-object.md says what the defaults are and why. zstd frames carry
// their checksum, gzip members their CRC. `next` gets pieces of 256 KiB, whatever the size of the writes.
std::unique_ptr<ByteSink> make_compressor(Compression compression, int level, ByteSink& next);

// Counts and hashes (SHA-256) what passes.
class DigestSink final : public ByteSink {
 public:
  explicit DigestSink(ByteSink& next) : next_(next) {}
  Status write(ByteView bytes) override;
  Status finish() override;
  std::uint64_t count() const { return count_; }
  const Sha256Digest& digest() const { return digest_; }  // valid after finish()

 private:
  ByteSink& next_;
  Sha256 hash_;
  std::uint64_t count_ = 0;
  Sha256Digest digest_{};
};

// --- reading: a source that pulls from `from`, which must outlive the filter.

// Ends cleanly only after the frame's own end and checksum were seen; trailing bytes are Code::corrupt. Concatenated
// frames (zstd) and members (gzip) are read as one, as zstd -d and gunzip do. Memory is bounded: windows above 128 MiB
// are refused.
std::unique_ptr<ByteSource> make_decompressor(Compression compression, ByteSource& from);

// Hashes and counts what passes; the caller compares at the end.
class DigestSource final : public ByteSource {
 public:
  explicit DigestSource(ByteSource& from) : from_(from) {}
  Result<std::size_t> read(ByteSpan into) override;
  std::uint64_t count() const { return count_; }
  const Sha256Digest& digest() const { return digest_; }  // valid after the clean end

 private:
  ByteSource& from_;
  Sha256 hash_;
  std::uint64_t count_ = 0;
  bool ended_ = false;
  Sha256Digest digest_{};
};

}  // namespace holdfast::pipeline
