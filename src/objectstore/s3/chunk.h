// A piece of an object, fetched by one ranged request after another until it is whole. Private to s3/.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "objectstore/s3/client.h"
#include "objectstore/s3/part_pipe.h"

namespace holdfast::objectstore::s3 {

struct ChunkRequest {
  std::string key;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // at least 1, at most the buffer's capacity; the object may end earlier
  std::string etag;          // the object must have this one; empty: whatever it has at the first attempt
};

// Fills `into` (and sets its size), going on behind what arrived when a connection breaks or ends early. Returns what
// the server says of the whole object. Code::corrupt when the object has, or gets, another ETag, or is gone.
tl::expected<ObjectInfo, Failure> fetch_chunk(Client& client, const ChunkRequest& request, PartBuffer& into,
                                              const std::stop_token& stop);

}  // namespace holdfast::objectstore::s3
