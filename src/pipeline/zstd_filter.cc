#include <algorithm>
#include <memory>
#include <optional>

#include <zstd.h>
#include <zstd_errors.h>

#include "pipeline/compression.h"
#include "pipeline/output_buffer.h"

namespace holdfast::pipeline {
namespace {

constexpr int kMaxWindowLog = 27;  // 128 MiB

struct ContextDeleter {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdCompressor final : public ByteSink {
 public:
  ZstdCompressor(int level, ByteSink& next) : context_(ZSTD_createCCtx()), out_(kCompressedBuffer, next) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  Status write(ByteView bytes) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size)
      HF_TRY(step(in, ZSTD_e_continue));
    return {};
  }

  Status finish() override {
    ZSTD_inBuffer in{nullptr, 0, 0};
    do {
      HF_TRY(step(in, ZSTD_e_end));
    } while (unflushed_ != 0);
    return out_.finish();
  }

 private:
  Status step(ZSTD_inBuffer& in, ZSTD_EndDirective directive) {
    const ByteSpan room = out_.room();
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    unflushed_ = ZSTD_compressStream2(context_.get(), &out, &in, directive);
    if (ZSTD_isError(unflushed_) != 0)
      return fail(Code::internal, "cannot compress: {}", ZSTD_getErrorName(unflushed_));
    return out_.advance(out.pos);
  }

  std::unique_ptr<ZSTD_CCtx, ContextDeleter> context_;
  OutputBuffer out_;
  std::size_t unflushed_ = 0;  // bytes zstd still holds
};

class ZstdDecompressor final : public ByteSource {
 public:
  explicit ZstdDecompressor(ByteSource& from) : context_(ZSTD_createDCtx()), from_(from), buffer_(kCompressedBuffer) {
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  }

  Result<std::size_t> read(ByteSpan into) override {
    if (failed_) return tl::unexpected<Error>(*failed_);
    auto count = next(into);
    if (!count) failed_ = count.error();
    return count;
  }

 private:
  Result<std::size_t> next(ByteSpan into) {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos == 0) {
      // A full frame was given out, or nothing was read yet: only here may the stream end.
      const bool between_frames = wanted_ == 0;
      if (in_.pos == in_.size && !drained_) HF_TRY(refill());
      if (in_.pos == in_.size && drained_) {
        if (between_frames && seen_frame_) return 0U;
        if (!more_to_flush_) return fail(Code::corrupt, "zstd: the frame is cut off");
      }
      HF_TRY(step(out, between_frames));
    }
    return out.pos;
  }

  Status refill() {
    HF_ASSIGN(const std::size_t count, from_.read(buffer_));
    in_ = {buffer_.data(), count, 0};
    drained_ = count == 0;
    return {};
  }

  // The first byte of a frame goes in alone: zstd has a shortcut for a small frame given whole that does not look at
  // the size of its window, so what is refused would depend on how much was read at once.
  Status step(ZSTD_outBuffer& out, bool first_byte_only) {
    ZSTD_inBuffer part = in_;
    if (first_byte_only) part.size = std::min(part.size, part.pos + 1);
    wanted_ = ZSTD_decompressStream(context_.get(), &out, &part);
    in_.pos = part.pos;
    if (ZSTD_isError(wanted_) != 0) return explain(wanted_);
    more_to_flush_ = out.pos == out.size;
    seen_frame_ = seen_frame_ || wanted_ == 0;
    return {};
  }

  static Status explain(std::size_t result) {
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    const char* name = ZSTD_getErrorName(result);
    if (code == ZSTD_error_frameParameter_windowTooLarge) {
      return with_hint(fail(Code::unsupported, "zstd: the frame needs a window of more than 128 MiB"),
                       "unpack it with zstd -d --long=31 and use the plain file");
    }
    if (code == ZSTD_error_prefix_unknown) {
      return with_hint(fail(Code::corrupt, "zstd: what comes here does not begin like a frame"),
                       "check that the suffix of the file says how it is stored");
    }
    if (code == ZSTD_error_dictionary_wrong) return fail(Code::unsupported, "zstd: the frame needs a dictionary");
    if (code == ZSTD_error_memory_allocation)
      return fail(Code::no_space, "zstd: not enough memory for the frame's window");
    return fail(Code::corrupt, "zstd: {}", name);
  }

  std::unique_ptr<ZSTD_DCtx, ContextDeleter> context_;
  ByteSource& from_;
  Bytes buffer_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  std::size_t wanted_ = 0;  // what zstd would like to read next; 0 at the end of a frame
  bool seen_frame_ = false;
  bool more_to_flush_ = false;  // zstd may hold bytes that did not fit
  bool drained_ = false;
  std::optional<Error> failed_;
};

}  // namespace

std::unique_ptr<ByteSink> make_zstd_compressor(int level, ByteSink& next) {
  return std::make_unique<ZstdCompressor>(level, next);
}

std::unique_ptr<ByteSource> make_zstd_decompressor(ByteSource& from) {
  return std::make_unique<ZstdDecompressor>(from);
}

}  // namespace holdfast::pipeline
