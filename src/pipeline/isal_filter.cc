// gzip by ISA-L: several times zlib's speed at its low levels. Only the compressor is used; bytes that others wrote are
// unpacked by zlib, whose decoder has been looked at far harder.
#include <algorithm>
#include <array>

#include <isa-l/igzip_lib.h>

#include "pipeline/compression.h"
#include "pipeline/output_buffer.h"

namespace holdfast::pipeline {
namespace {

constexpr std::size_t kMaxStep = kGiB;  // ISA-L counts in 32 bits

// Its level 3 is slower and, on snapshots, larger than its level 2.
int isal_level(int level) {
  return level == 1 ? 1 : 2;
}

class IsalCompressor final : public ByteSink {
 public:
  IsalCompressor(int level, ByteSink& next)
      : out_(kCompressedBuffer, next), work_(level == 1 ? ISAL_DEF_LVL1_DEFAULT : ISAL_DEF_LVL2_DEFAULT) {
    isal_deflate_init(&stream_);
    stream_.level = static_cast<std::uint32_t>(level);
    stream_.level_buf = work_.data();
    stream_.level_buf_size = static_cast<std::uint32_t>(work_.size());
    stream_.gzip_flag = IGZIP_GZIP;
    stream_.flush = NO_FLUSH;
  }
  IsalCompressor(const IsalCompressor&) = delete;  // the stream points into the work buffer
  IsalCompressor& operator=(const IsalCompressor&) = delete;

  Status write(ByteView bytes) override {
    while (!bytes.empty()) {
      const ByteView part = bytes.first(std::min(bytes.size(), kMaxStep));
      stream_.next_in = const_cast<std::uint8_t*>(part.data());  // ISA-L does not write there
      stream_.avail_in = static_cast<std::uint32_t>(part.size());
      while (stream_.avail_in > 0)
        HF_TRY(step());
      bytes = bytes.subspan(part.size());
    }
    return {};
  }

  Status finish() override {
    stream_.end_of_stream = 1;
    while (stream_.internal_state.state != ZSTATE_END)
      HF_TRY(step());
    return out_.finish();
  }

 private:
  Status step() {
    const ByteSpan room = out_.room();
    stream_.next_out = room.data();
    stream_.avail_out = static_cast<std::uint32_t>(room.size());
    const int result = isal_deflate(&stream_);
    if (result != COMP_OK) return fail(Code::internal, "cannot compress: ISA-L says {}", result);
    return out_.advance(room.size() - stream_.avail_out);
  }

  isal_zstream stream_{};
  OutputBuffer out_;
  Bytes work_;
};

}  // namespace

std::unique_ptr<ByteSink> make_isal_compressor(int level, ByteSink& next) {
  return std::make_unique<IsalCompressor>(isal_level(level), next);
}

}  // namespace holdfast::pipeline
