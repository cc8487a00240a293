// Any bytes, as a zstd frame or a gzip member (the first byte says which): never crashes, and the sizes of reads make
// no difference.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pipeline/filter.h"

namespace {

using namespace holdfast;

constexpr std::size_t kLimit = 4 * kMiB;

// Gives its bytes one by one.
class Dripping final : public ByteSource {
 public:
  explicit Dripping(ByteView bytes) : source_(bytes) {}
  Result<std::size_t> read(ByteSpan into) override { return source_.read(into.first(1)); }

 private:
  MemorySource source_;
};

Result<Bytes> unpack(pipeline::Compression compression, ByteSource& source, std::size_t piece) {
  const auto decompressor = pipeline::make_decompressor(compression, source);
  MemorySink sink(kLimit);
  HF_TRY(copy_all(*decompressor, sink, piece));
  return sink.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto compression = data[0] % 2 == 0 ? pipeline::Compression::zstd : pipeline::Compression::gzip;
  const ByteView packed(data + 1, size - 1);
  MemorySource source(packed);
  Dripping dripping(packed);
  const auto whole = unpack(compression, source, 64 * kKiB);
  const auto pieces = unpack(compression, dripping, 37);
  if (whole.has_value() != pieces.has_value() || (whole && *whole != *pieces)) std::abort();
  return 0;
}
