#include "server/download_pace.h"

#include <algorithm>

namespace holdfast::server {
namespace {

constexpr Duration kBetweenMarks = std::chrono::seconds(10);

}  // namespace

void DownloadPace::begin(const std::shared_ptr<http::ResponseStream>& stream, std::size_t backlog, os::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  stream_ = stream;
  backlog_ = backlog;
  marks_.push_back({.at = now, .taken = 0});
}

void DownloadPace::wrote(std::uint64_t bytes, os::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  written_ += bytes;
  const auto stream = stream_.lock();
  if (stream) mark(stream->queued_bytes(), now);
}

void DownloadPace::mark(std::uint64_t queued, os::SteadyTime now) {
  if (now - marks_.back().at >= kBetweenMarks)
    marks_.push_back({.at = now, .taken = written_ - std::min(queued, written_)});
  while (marks_.size() > 1 && now - marks_[1].at >= kLeastRateOver)
    marks_.pop_front();
}

std::optional<std::uint64_t> DownloadPace::rate(os::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  const auto stream = stream_.lock();
  if (!stream) return std::nullopt;
  const std::uint64_t queued = stream->queued_bytes();
  if (queued < backlog_ / 2) return std::nullopt;  // we are the slow ones, or the destination
  mark(queued, now);
  const Duration over = now - marks_.front().at;
  if (over < kLeastRateOver) return std::nullopt;
  const std::uint64_t taken = written_ - std::min(queued, written_);
  const double seconds = std::chrono::duration<double>(over).count();
  return static_cast<std::uint64_t>(static_cast<double>(taken - std::min(taken, marks_.front().taken)) / seconds);
}

}  // namespace holdfast::server
