// Reads a range of an open file as an object. Private to local/.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "base/stream.h"
#include "objectstore/byte_range.h"
#include "os/file_system.h"

namespace holdfast::objectstore {

// Replacing or removing the object does not disturb it: the open file stays what it was. A file that somebody else
// changes in place is Code::corrupt as far as its length shows it.
class FileSource final : public ByteSource {
 public:
  FileSource(std::unique_ptr<os::File> file, std::string key, std::uint64_t size, const DefiniteRange& range,
             const std::stop_token& stop)
      : file_(std::move(file)),
        key_(std::move(key)),
        size_(size),
        at_(range.offset),
        rest_(range.length),
        stop_(stop) {}

  Result<std::size_t> read(ByteSpan into) override;

 private:
  const std::unique_ptr<os::File> file_;
  const std::string key_;
  const std::uint64_t size_;  // of the whole file when it was opened
  std::uint64_t at_;
  std::uint64_t rest_;
  const std::stop_token stop_;
};

}  // namespace holdfast::objectstore
