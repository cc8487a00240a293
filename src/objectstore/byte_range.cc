#include "objectstore/byte_range.h"

#include <algorithm>

namespace holdfast::objectstore {

Result<DefiniteRange> resolve_range(const ByteRange& range, std::uint64_t size, const std::string& key) {
  if (range.offset > size) {
    return fail(Code::usage, "cannot read {} from byte {}: it has {} bytes", key, range.offset, size);
  }
  const std::uint64_t rest = size - range.offset;
  return DefiniteRange{.offset = range.offset, .length = std::min(rest, range.length.value_or(rest))};
}

}  // namespace holdfast::objectstore
