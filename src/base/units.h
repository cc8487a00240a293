// Sizes and durations as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast {

using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

// "1.4 GB" exactly as etcdctl prints sizes: decimal units, one decimal below ten.
std::string format_bytes(std::uint64_t bytes);

// "512", "64KiB", "10MB", "8 GiB", "1.5T" -> bytes; K, M, G and T alone mean KiB, MiB, GiB and TiB. Code::usage when it
// is none of these.
Result<std::uint64_t> parse_bytes(std::string_view text);

// "1m3s", "2.5s", "300ms". Not for negative durations.
std::string format_duration(Duration duration);

// Go's notation ("90s", "1h30m", "500ms") or plain seconds ("30"). Code::usage when it is neither or negative.
Result<Duration> parse_duration(std::string_view text);

// RFC 3339 in UTC: "2026-11-21T10:37:00Z", with milliseconds when `millis`.
std::string format_time(WallTime time, bool millis = false);

// Accepts what format_time writes, with any fraction of a second and "Z" or a numeric offset. Code::usage otherwise.
Result<WallTime> parse_time(std::string_view text);

}  // namespace holdfast
