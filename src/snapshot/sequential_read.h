// Reads a file from its beginning in blocks, two threads taking turns. Private to snapshot/.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::snapshot {

// Calls take(block) for the bytes [0, size) of `file`, in order and never twice at once, but on the caller's thread or
// another one. The first error, of a read or of take(), ends it and is returned. Memory: two blocks of 512 KiB.
//
// While one thread works on its block, the other reads the next one: copying out of the page cache takes longer than a
// scan. Whoever reads a block also works on it, because it is then in that processor's cache; a thread that only reads
// ahead is slower than no thread at all. Where the system gives no thread, the caller's does everything.
Status read_sequentially(os::File& file, std::uint64_t size, const std::function<Status(ByteView)>& take);

}  // namespace holdfast::snapshot
