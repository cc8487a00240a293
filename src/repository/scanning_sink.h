// Looks at the pages of a snapshot while its bytes pass on to the stages below. Private to repository/.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "base/stream.h"
#include "snapshot/page_scanner.h"

namespace holdfast::repository {

// finish() first proves the pages, then asks `before_finish`, and only then finishes `next`: whatever lies below
// completes (and becomes visible) only when both agree.
class ScanningSink final : public ByteSink {
 public:
  using BeforeFinish = std::function<Status(const snapshot::PageFacts&)>;

  // `database_size`: bytes before the trailer, which is not a page. `next` must outlive the sink.
  ScanningSink(std::uint64_t database_size, ByteSink& next, BeforeFinish before_finish)
      : database_size_(database_size), next_(next), before_finish_(std::move(before_finish)) {}

  Status write(ByteView bytes) override;
  Status finish() override;

 private:
  const std::uint64_t database_size_;
  ByteSink& next_;
  const BeforeFinish before_finish_;
  snapshot::PageScanner scanner_;
  std::uint64_t seen_ = 0;
};

}  // namespace holdfast::repository
