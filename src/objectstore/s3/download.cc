#include "objectstore/s3/download.h"

#include <algorithm>

#include "objectstore/put_source.h"
#include "objectstore/s3/threads.h"

namespace holdfast::objectstore::s3 {

Download::Download(Client& client, std::string key, std::string etag, const DefiniteRange& range, PartBuffer first,
                   const std::stop_token& stop)
    : client_(client),
      key_(std::move(key)),
      etag_(std::move(etag)),
      range_(range),
      chunk_size_(client.config().download_chunk),
      chunks_(static_cast<std::size_t>((range.length + chunk_size_ - 1) / chunk_size_)),
      workers_(std::max<std::size_t>(1, client.config().download_workers)),
      caller_stop_(stop),
      current_(std::move(first)) {
  pass_on_.emplace(stop, [this] { stop_.request_stop(); });
  const std::size_t threads = std::min(workers_, chunks_ > 0 ? chunks_ - 1 : 0);
  threads_ = start_threads(threads, [this] {
    while (fetch_one()) {
    }
  });
}

Download::~Download() {
  stop_.request_stop();
}

Result<std::size_t> Download::read(ByteSpan into) {
  if (failed_) return tl::unexpected<Error>(*failed_);
  auto ready = check_not_stopped(caller_stop_);
  if (ready && position_ == current_.bytes().size()) ready = next_chunk();
  if (!ready) {
    failed_ = std::move(ready).error();
    return tl::unexpected<Error>(*failed_);
  }
  const ByteView rest = current_.bytes().subspan(position_);
  const std::size_t count = std::min(into.size(), rest.size());
  std::copy_n(rest.begin(), count, into.begin());
  position_ += count;
  return count;
}

// At the end of the range current_ stays the last chunk, read to its end.
Status Download::next_chunk() {
  if (threads_.empty()) fetch_one();  // the system gave none
  std::unique_lock lock(mutex_);
  if (reading_ + 1 >= chunks_) return {};
  const bool there = changed_.wait(lock, stop_.get_token(), [this] { return ready_.contains(reading_ + 1); });
  if (!there) return fail(Code::cancelled, "stopped on request");
  auto chunk = std::move(ready_.extract(reading_ + 1).mapped());
  if (!chunk) return in_context(std::move(chunk).error(), "read {}", key_);
  free_.push_back(std::move(current_));
  current_ = std::move(*chunk);
  position_ = 0;
  ++reading_;
  changed_.notify_all();
  return {};
}

bool Download::fetch_one() {
  auto assignment = next_assignment();
  if (!assignment) return false;
  const auto fetched = fetch_chunk(client_, request_for(assignment->index), assignment->buffer, stop_.get_token());
  Result<PartBuffer> chunk = fetched ? Result<PartBuffer>(std::move(assignment->buffer))
                                     : Result<PartBuffer>(tl::unexpected<Error>(fetched.error().error));
  {
    const std::lock_guard guard(mutex_);
    ready_.emplace(assignment->index, std::move(chunk));
  }
  changed_.notify_all();
  return fetched.has_value();  // the reader gets the error when it comes to this chunk
}

std::optional<Download::Assignment> Download::next_assignment() {
  std::unique_lock lock(mutex_);
  const bool go = changed_.wait(lock, stop_.get_token(),
                                [this] { return next_fetch_ >= chunks_ || next_fetch_ <= reading_ + workers_; });
  if (!go || stop_.stop_requested() || next_fetch_ >= chunks_) return std::nullopt;
  Assignment assignment{.index = next_fetch_++, .buffer = {}};
  if (free_.empty()) {
    assignment.buffer = PartBuffer(chunk_size_);
  } else {
    assignment.buffer = std::move(free_.back());
    free_.pop_back();
  }
  return assignment;
}

ChunkRequest Download::request_for(std::size_t index) const {
  const std::uint64_t begin = std::uint64_t{index} * chunk_size_;
  return {.key = key_,
          .offset = range_.offset + begin,
          .length = std::min<std::uint64_t>(chunk_size_, range_.length - begin),
          .etag = etag_};
}

}  // namespace holdfast::objectstore::s3
