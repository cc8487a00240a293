// Leftovers of puts that were killed: parts of a multipart upload, temporary files. Never visible as objects, but they
// cost space.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/units.h"

namespace holdfast::objectstore {

// Implemented by stores that can have such leftovers (S3, local). Safe for any thread.
class UnfinishedUploads {
 public:
  virtual ~UnfinishedUploads() = default;

  // Removes the leftovers of puts to keys that begin with `prefix` and that began (S3) or were last written to (local)
  // more than `older_than` ago; returns how many. Choose it longer than the longest put: a put still running would be
  // broken off.
  virtual Result<std::uint64_t> abort_stale_uploads(const std::string& prefix, Duration older_than,
                                                    const std::stop_token& stop) = 0;
};

}  // namespace holdfast::objectstore
