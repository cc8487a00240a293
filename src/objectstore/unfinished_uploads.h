// Leftovers of puts that were killed: parts of a multipart upload, temporary files. Never visible as objects, but they
// cost space.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/units.h"

namespace holdfast::objectstore {

struct StaleUploads {
  std::string prefix;  // of the keys they were put to
  // Since they began (S3) or were last written to (local). Choose it longer than the longest put: a put still running
  // would be broken off.
  Duration older_than{};
  // Which of these keys are the caller's own; empty: all. Temporary files have no key, and are always our own.
  std::function<bool(const std::string& key)> ours = {};
};

// Implemented by stores that can have such leftovers (S3, local). Safe for any thread.
class UnfinishedUploads {
 public:
  virtual ~UnfinishedUploads() = default;

  // Removes them and returns how many. Code::refused, naming the right, when they may not be listed or removed.
  virtual Result<std::uint64_t> abort_stale_uploads(const StaleUploads& which, const std::stop_token& stop) = 0;

  // Does every put clear away what lies beside its object anyway?
  virtual bool cleared_by_puts() const { return false; }
};

}  // namespace holdfast::objectstore
