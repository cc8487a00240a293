#include "launcher/supervise/child/bounded_log.h"

#include <algorithm>
#include <utility>

#include "launcher/supervise/log_tail.h"

#include "base/bytes.h"

namespace holdfast::launcher {

BoundedLog::BoundedLog(os::FileSystem& files, std::string path, std::uint64_t limit)
    : files_(files), path_(std::move(path)), limit_(limit) {}

Status BoundedLog::bound() {
  HF_ASSIGN(const auto info, files_.stat(path_));
  if (!info || info->size <= limit_) return {};
  HF_ASSIGN(const auto log, files_.open(path_, os::OpenMode::append));
  const Status kept = keep_end(*log);
  if (!kept) HF_TRY(files_.remove(former()));
  if (!kept && kept.error().code != Code::no_space) return kept;
  return log->truncate(0);
}

// Not by way of a copy beside it: that would take the room of three.
Status BoundedLog::keep_end(os::File& log) const {
  HF_ASSIGN(const auto copy, files_.open(former(), os::OpenMode::overwrite));
  HF_ASSIGN(std::uint64_t size, log.size());
  std::uint64_t from = size - std::min(size, limit_);
  const std::uint64_t first = from;
  while (from < size) {
    HF_TRY(log.copy_range(from, size - from, *copy, from - first));
    from = size;
    HF_ASSIGN(size, log.size());
    if (size - first > 2 * limit_) break;  // it writes faster than we copy
  }
  return {};
}

Result<std::string> BoundedLog::tail(std::size_t limit) const {
  HF_ASSIGN(std::string text, log_tail(files_, path_, limit));
  if (text.size() >= limit) return text;
  HF_ASSIGN(const std::string before, log_tail(files_, former(), limit));
  return last_lines(before + text, limit);
}

}  // namespace holdfast::launcher
