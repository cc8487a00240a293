// Separates a snapshot of unknown length into database and trailer while it passes. Private to repository/.
#pragma once

#include <cstdint>

#include "base/stream.h"

namespace holdfast::repository {

// Hands the database on to `next` and keeps the 32-byte trailer, if the length says that there is one.
class TrailerSplitter final : public ByteSink {
 public:
  explicit TrailerSplitter(ByteSink& next) : next_(next) {}

  Status write(ByteView bytes) override;
  Status finish() override;

  // After finish(): the trailer, or nothing for a bare database file.
  const Bytes& trailer() const { return held_; }

 private:
  ByteSink& next_;
  Bytes held_;  // the last 32 bytes so far
  std::uint64_t count_ = 0;
};

}  // namespace holdfast::repository
