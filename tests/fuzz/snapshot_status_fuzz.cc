// Any bytes as a snapshot: the one-pass scan never crashes, says the same however the bytes are cut, and agrees with
// the status of a file.
#include <algorithm>
#include <cstdlib>

#include "fuzz/snapshot_input.h"

#include "snapshot/snapshot_file.h"
#include "snapshot/status.h"
#include "support/memory_file.h"

namespace {

using namespace holdfast;
using namespace holdfast::snapshot;

void require(bool holds) {
  if (!holds) std::abort();
}

Result<PageFacts> scan(ByteView bytes, std::size_t piece) {
  PageScanner scanner;
  while (!bytes.empty()) {
    const std::size_t count = std::min(piece, bytes.size());
    HF_TRY(scanner.write(bytes.first(count)));
    bytes = bytes.subspan(count);
  }
  return scanner.finish();
}

bool same(const Result<PageFacts>& a, const Result<PageFacts>& b) {
  if (!a || !b) return !a && !b && a.error().code == b.error().code;
  return a->hash == b->hash && a->revision == b->revision && a->total_items == b->total_items &&
         a->live_keys == b->live_keys && a->size_in_use == b->size_in_use;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::MemoryFile file(fuzz::repaired(data, size));
  const auto status = read_status(file, false);
  const auto layout = read_snapshot_file(file);
  if (!layout || !layout->complete()) {
    require(!status);
    return 0;
  }
  const ByteView database = ByteView(file.bytes()).first(static_cast<std::size_t>(layout->database_size));
  const auto whole = scan(database, database.size());
  require(same(whole, scan(database, 97)));
  // A file that cannot be judged in one pass is read again at random, so its status may be known all the same.
  if (whole) {
    require(status && status->facts.hash == whole->hash && status->live_keys == whole->live_keys);
  } else if (whole.error().code != Code::unsupported) {
    require(!status);
  }
  return 0;
}
