// A range of an object made definite.
#pragma once

#include <cstdint>
#include <string>

#include "objectstore/object_store.h"

namespace holdfast::objectstore {

struct DefiniteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// What `range` means in an object of `size` bytes. Code::usage, naming the key, when it starts past the end.
Result<DefiniteRange> resolve_range(const ByteRange& range, std::uint64_t size, const std::string& key);

}  // namespace holdfast::objectstore
