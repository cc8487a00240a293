// What every store pulls a put from: the caller's source with the size limit and the stop request watched over.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "base/stream.h"

namespace holdfast::objectstore {

// Fails with Code::cancelled once a stop was requested, with Code::no_space when `from` gives more than `limit` bytes.
class PutSource final : public ByteSource {
 public:
  PutSource(ByteSource& from, std::optional<std::uint64_t> limit, const std::stop_token& stop)
      : from_(from), limit_(limit), stop_(stop) {}

  Result<std::size_t> read(ByteSpan into) override;
  std::uint64_t count() const { return count_; }  // bytes given so far

 private:
  ByteSource& from_;
  const std::optional<std::uint64_t> limit_;
  const std::stop_token stop_;
  std::uint64_t count_ = 0;
};

// Code::cancelled once a stop was requested.
Status check_not_stopped(const std::stop_token& stop);

}  // namespace holdfast::objectstore
