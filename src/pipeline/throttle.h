// Bandwidth limit: a source that gives at most so many bytes a second, with bursts of at most one second's worth.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "base/stream.h"
#include "os/clock.h"

namespace holdfast::pipeline {

// `from` and `clock` must outlive the filter. bytes_per_second > 0. Code::cancelled when stopped while waiting.
std::unique_ptr<ByteSource> make_throttle(std::uint64_t bytes_per_second, ByteSource& from, os::Clock& clock,
                                          std::stop_token stop);

}  // namespace holdfast::pipeline
