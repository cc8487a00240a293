// Reads an object in order while the next chunks of it are already being fetched. Private to s3/.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/stream.h"
#include "objectstore/byte_range.h"
#include "objectstore/s3/chunk.h"

namespace holdfast::objectstore::s3 {

// Memory: one chunk being read, and at most `workers` more. A reader that stands still stops the fetching, but holds no
// connection open. Where the system gives no thread each chunk is fetched when the reader comes to it. The destructor
// ends what is still on its way.
class Download final : public ByteSource {
 public:
  // `first` holds the first chunk of `range`, as long as the range or config.download_chunk.
  Download(Client& client, std::string key, std::string etag, const DefiniteRange& range, PartBuffer first,
           const std::stop_token& stop);
  ~Download() override;
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  Result<std::size_t> read(ByteSpan into) override;

 private:
  struct Assignment {
    std::size_t index = 0;
    PartBuffer buffer;
  };

  Status next_chunk();
  bool fetch_one();  // false: there is nothing more to fetch, or no sense in it
  std::optional<Assignment> next_assignment();
  ChunkRequest request_for(std::size_t index) const;

  Client& client_;
  const std::string key_;
  const std::string etag_;
  const DefiniteRange range_;
  const std::size_t chunk_size_;
  const std::size_t chunks_;  // in the whole range
  const std::size_t workers_;
  const std::stop_token caller_stop_;

  // Used by the reader only.
  PartBuffer current_;
  std::size_t position_ = 0;  // in current_
  std::optional<Error> failed_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // Protected by mutex_.
  std::size_t reading_ = 0;     // index of current_
  std::size_t next_fetch_ = 1;  // first index nobody fetches yet
  std::map<std::size_t, Result<PartBuffer>> ready_;
  std::vector<PartBuffer> free_;

  std::stop_source stop_;
  std::optional<std::stop_callback<std::function<void()>>> pass_on_;
  std::vector<std::jthread> threads_;  // last: they use everything above
};

}  // namespace holdfast::objectstore::s3
