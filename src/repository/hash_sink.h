// Hashes on a thread of its own what another thread looks at (pipeline::make_write_behind). Private to repository/.
#pragma once

#include "base/sha256.h"
#include "base/stream.h"

namespace holdfast::repository {

class HashSink final : public ByteSink {
 public:
  Status write(ByteView bytes) override {
    hash_.update(bytes);
    return {};
  }
  Status finish() override {
    digest_ = hash_.finish();
    return {};
  }
  const Sha256Digest& digest() const { return digest_; }  // after finish()

 private:
  Sha256 hash_;
  Sha256Digest digest_{};
};

}  // namespace holdfast::repository
