#include "base/stream.h"

#include <algorithm>

namespace holdfast {

Result<std::size_t> MemorySource::read(ByteSpan into) {
  const std::size_t count = std::min(into.size(), rest_.size());
  std::copy_n(rest_.begin(), count, into.begin());
  rest_ = rest_.subspan(count);
  return count;
}

Status MemorySink::write(ByteView bytes) {
  if (bytes.size() > limit_ - bytes_.size()) return fail(Code::no_space, "more than the {} bytes allowed here", limit_);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<std::size_t> read_full(ByteSource& source, ByteSpan into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    HF_ASSIGN(const std::size_t count, source.read(into.subspan(filled)));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

Result<Bytes> read_all(ByteSource& source, std::size_t limit) {
  MemorySink sink(limit);
  HF_TRY(copy_all(source, sink, 64 * kKiB));
  return sink.take();
}

Result<std::uint64_t> copy_all(ByteSource& source, ByteSink& sink, std::size_t buffer_size) {
  Bytes buffer(buffer_size);
  std::uint64_t total = 0;
  while (true) {
    HF_ASSIGN(const std::size_t count, source.read(buffer));
    if (count == 0) return total;
    HF_TRY(sink.write(ByteView(buffer).first(count)));
    total += count;
  }
}

}  // namespace holdfast
