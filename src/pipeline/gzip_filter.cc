#include <algorithm>
#include <optional>

#include <zlib.h>

#include "pipeline/compression.h"
#include "pipeline/output_buffer.h"

namespace holdfast::pipeline {
namespace {

constexpr int kWindowBits = 15 + 16;  // the largest window, and gzip's own header and trailer
constexpr int kMemoryLevel = 9;
constexpr std::size_t kMaxStep = kGiB;  // zlib counts in 32 bits

class ZlibCompressor final : public ByteSink {
 public:
  ZlibCompressor(int level, ByteSink& next) : out_(kCompressedBuffer, next) {
    usable_ = deflateInit2(&stream_, level, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~ZlibCompressor() override { deflateEnd(&stream_); }
  ZlibCompressor(const ZlibCompressor&) = delete;
  ZlibCompressor& operator=(const ZlibCompressor&) = delete;

  Status write(ByteView bytes) override {
    while (!bytes.empty()) {
      const ByteView part = bytes.first(std::min(bytes.size(), kMaxStep));
      stream_.next_in = const_cast<Bytef*>(part.data());  // zlib does not write there
      stream_.avail_in = static_cast<uInt>(part.size());
      while (stream_.avail_in > 0)
        HF_TRY(step(Z_NO_FLUSH));
      bytes = bytes.subspan(part.size());
    }
    return {};
  }

  Status finish() override {
    while (!ended_)
      HF_TRY(step(Z_FINISH));
    return out_.finish();
  }

 private:
  Status step(int flush) {
    const ByteSpan room = out_.room();
    stream_.next_out = room.data();
    stream_.avail_out = static_cast<uInt>(room.size());
    const int result = usable_ ? deflate(&stream_, flush) : Z_MEM_ERROR;
    if (result != Z_OK && result != Z_STREAM_END) return fail(Code::internal, "cannot compress: {}", zError(result));
    ended_ = result == Z_STREAM_END;
    return out_.advance(room.size() - stream_.avail_out);
  }

  z_stream stream_{};
  OutputBuffer out_;
  bool usable_ = false;
  bool ended_ = false;
};

class GzipDecompressor final : public ByteSource {
 public:
  explicit GzipDecompressor(ByteSource& from) : from_(from), buffer_(kCompressedBuffer) {
    usable_ = inflateInit2(&stream_, kWindowBits) == Z_OK;
  }
  ~GzipDecompressor() override { inflateEnd(&stream_); }
  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;

  Result<std::size_t> read(ByteSpan into) override {
    if (failed_) return tl::unexpected<Error>(*failed_);
    auto count = next(into.first(std::min(into.size(), kMaxStep)));
    if (!count) failed_ = count.error();
    return count;
  }

 private:
  Result<std::size_t> next(ByteSpan into) {
    if (!usable_) return fail(Code::no_space, "gzip: not enough memory");
    stream_.next_out = into.data();
    stream_.avail_out = static_cast<uInt>(into.size());
    while (stream_.avail_out == into.size()) {
      if (stream_.avail_in == 0) HF_TRY(refill());
      if (drained_ && between_members_) return 0U;
      if (between_members_) inflateReset(&stream_);
      between_members_ = false;
      HF_TRY(step());
    }
    return into.size() - stream_.avail_out;
  }

  Status refill() {
    HF_ASSIGN(const std::size_t count, from_.read(buffer_));
    stream_.next_in = buffer_.data();
    stream_.avail_in = static_cast<uInt>(count);
    drained_ = count == 0;
    return {};
  }

  Status step() {
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_OK) return {};
    if (result == Z_STREAM_END) {
      between_members_ = true;
      return {};
    }
    // No progress is possible: there is room for output, so input is missing.
    if (result == Z_BUF_ERROR) return fail(Code::corrupt, "gzip: the member is cut off");
    if (result == Z_MEM_ERROR) return fail(Code::no_space, "gzip: not enough memory");
    return fail(Code::corrupt, "gzip: {}", stream_.msg != nullptr ? stream_.msg : zError(result));
  }

  z_stream stream_{};
  ByteSource& from_;
  Bytes buffer_;
  bool usable_ = false;
  bool drained_ = false;
  bool between_members_ = false;  // a member has just ended
  std::optional<Error> failed_;
};

}  // namespace

std::unique_ptr<ByteSink> make_zlib_compressor(int level, ByteSink& next) {
  return std::make_unique<ZlibCompressor>(level, next);
}

std::unique_ptr<ByteSource> make_gzip_decompressor(ByteSource& from) {
  return std::make_unique<GzipDecompressor>(from);
}

}  // namespace holdfast::pipeline
