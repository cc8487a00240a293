// The seam of every pipeline: whoever wants bytes pulls them from a ByteSource, whoever takes bytes is a ByteSink.
#pragma once

#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast {

// A forward-only stream of bytes. Used by one thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills at most `into.size()` bytes (> 0) and returns how many; 0 means the clean end, after everything was checked.
  // A source that knows its length never reports a clean end early: that is Code::corrupt or Code::unavailable.
  // After an error or the end, every further call gives the same answer.
  virtual Result<std::size_t> read(ByteSpan into) = 0;
};

// Takes bytes in order. Used by one thread at a time.
class ByteSink {
 public:
  virtual ~ByteSink() = default;

  // Takes all of `bytes` or fails. After an error the sink must not be used again.
  virtual Status write(ByteView bytes) = 0;

  // Says that no more bytes come, and makes what was written complete (flush, final block, digest check).
  // Called exactly once, and only after every write succeeded; a sink destroyed without it leaves nothing visible
  // behind.
  virtual Status finish() = 0;
};

// Reads from memory; does not own the bytes.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ByteView bytes) : rest_(bytes) {}
  Result<std::size_t> read(ByteSpan into) override;

 private:
  ByteView rest_;
};

// Collects into memory, refusing more than `limit` bytes (Code::no_space).
class MemorySink final : public ByteSink {
 public:
  explicit MemorySink(std::size_t limit) : limit_(limit) {}
  Status write(ByteView bytes) override;
  Status finish() override { return {}; }
  const Bytes& bytes() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  std::size_t limit_;
  Bytes bytes_;
};

// Fills `into` completely unless the source ends first; returns how many bytes were read.
Result<std::size_t> read_full(ByteSource& source, ByteSpan into);

// Reads everything, refusing more than `limit` bytes (Code::no_space).
Result<Bytes> read_all(ByteSource& source, std::size_t limit);

// Moves everything from source to sink through one buffer of `buffer_size` bytes; does not call finish(). Returns the
// count.
Result<std::uint64_t> copy_all(ByteSource& source, ByteSink& sink, std::size_t buffer_size = kMiB);

}  // namespace holdfast
