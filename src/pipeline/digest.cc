#include "pipeline/filter.h"

namespace holdfast::pipeline {

Status DigestSink::write(ByteView bytes) {
  hash_.update(bytes);
  count_ += bytes.size();
  return next_.write(bytes);
}

Status DigestSink::finish() {
  digest_ = hash_.finish();
  return next_.finish();
}

Result<std::size_t> DigestSource::read(ByteSpan into) {
  HF_ASSIGN(const std::size_t count, from_.read(into));
  if (count > 0) {
    hash_.update(ByteView(into).first(count));
    count_ += count;
  } else if (!ended_) {
    ended_ = true;
    digest_ = hash_.finish();
  }
  return count;
}

}  // namespace holdfast::pipeline
