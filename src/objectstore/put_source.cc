#include "objectstore/put_source.h"

namespace holdfast::objectstore {

Result<std::size_t> PutSource::read(ByteSpan into) {
  HF_TRY(check_not_stopped(stop_));
  HF_ASSIGN(const std::size_t count, from_.read(into));
  count_ += count;
  if (limit_ && count_ > *limit_)
    return fail(Code::no_space, "the source gives more than the {} bytes announced", *limit_);
  return count;
}

Status check_not_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) return fail(Code::cancelled, "stopped on request");
  return {};
}

}  // namespace holdfast::objectstore
