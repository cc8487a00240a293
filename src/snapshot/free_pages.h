// Pages of a database that nothing refers to any more. They hold deleted data, and nobody needs them.
#pragma once

#include <cstdint>
#include <stop_token>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/bolt_format.h"

namespace holdfast::snapshot {

struct FreePages {
  std::uint64_t pages = 0;  // how many were free
  std::uint64_t bytes = 0;
};

// Walks the trees of all buckets and makes every other page read as zeros, giving its disk blocks back where the file
// system can. `meta` is the database's current meta and has no freelist page. Needs one bit per page, and eight bytes
// for each page that waits for its turn. Code::corrupt when a tree is damaged or a page is used twice (then nothing was
// changed), Code::cancelled on stop.
Result<FreePages> drop_free_pages(os::File& file, const Meta& meta, const std::stop_token& stop);

}  // namespace holdfast::snapshot
