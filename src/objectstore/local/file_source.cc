#include "objectstore/local/file_source.h"

#include <algorithm>

#include "objectstore/put_source.h"

namespace holdfast::objectstore {

Result<std::size_t> FileSource::read(ByteSpan into) {
  HF_TRY(check_not_stopped(stop_));
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), rest_));
  std::size_t count = 0;
  if (wanted > 0) {
    HF_ASSIGN(count, file_->read_at(at_, into.first(wanted)));
  }
  if (count == 0) {
    HF_ASSIGN(const std::uint64_t size, file_->size());
    if (size != size_ || wanted > 0) {
      return fail(Code::corrupt, "{} changed from {} to {} bytes while it was read", key_, size_, size);
    }
  }
  at_ += count;
  rest_ -= count;
  return count;
}

}  // namespace holdfast::objectstore
