// Private to pipeline/: what a compressor has made and not handed on yet.
#pragma once

#include "base/stream.h"

namespace holdfast::pipeline {

class OutputBuffer {
 public:
  OutputBuffer(std::size_t size, ByteSink& next) : next_(next), buffer_(size) {}

  ByteSpan room() { return ByteSpan(buffer_).subspan(filled_); }  // never empty between calls of advance()

  // The first `count` bytes of room() hold output now; a full buffer is handed on.
  Status advance(std::size_t count) {
    filled_ += count;
    return filled_ == buffer_.size() ? flush() : Status();
  }

  Status flush() {
    const ByteView full = ByteView(buffer_).first(filled_);
    filled_ = 0;
    return full.empty() ? Status() : next_.write(full);
  }

  Status finish() {
    HF_TRY(flush());
    return next_.finish();
  }

 private:
  ByteSink& next_;
  Bytes buffer_;
  std::size_t filled_ = 0;
};

}  // namespace holdfast::pipeline
