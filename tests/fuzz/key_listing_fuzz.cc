// Any bytes as a snapshot: its keys are listed in order exactly when the one-pass scan finds it good (or a key in it is
// too long), however the bytes are cut; and any bytes as a key of Kubernetes.
#include <algorithm>
#include <cstdlib>

#include "fuzz/snapshot_input.h"

#include "snapshot/keys/key_listing.h"
#include "snapshot/keys/object_name.h"
#include "snapshot/snapshot_file.h"
#include "support/memory_file.h"

namespace {

using namespace holdfast;
using namespace holdfast::snapshot;

void require(bool holds) {
  if (!holds) std::abort();
}

void parse_name(std::string_view key) {
  const auto object = parse_object_name(key, usual_roots());
  if (!object) return;
  require(!object->name.empty() || !object->name_space.empty());
  require(!resource_of(object->directory, object->root).empty());
}

template <class Reader>
bool feed(Reader& reader, ByteView bytes, std::size_t piece) {
  while (!bytes.empty()) {
    const std::size_t count = std::min(piece, bytes.size());
    if (!reader.write(bytes.first(count))) return false;
    bytes = bytes.subspan(count);
  }
  return true;
}

Result<std::uint64_t> count_keys(const KeyListing& listing) {
  HF_ASSIGN(const auto cursor, listing.open());
  KeyState key;
  std::string last;
  std::uint64_t count = 0;
  while (true) {
    HF_ASSIGN(const bool more, cursor->next(key));
    if (!more) return count;
    require(count == 0 || last < key.key);
    parse_name(key.key);
    last = key.key;
    ++count;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse_name(as_text({data, size}));
  test::MemoryFile file(fuzz::repaired(data, size));
  const auto layout = read_snapshot_file(file);
  if (!layout || !layout->complete()) return 0;
  const ByteView database = ByteView(file.bytes()).first(static_cast<std::size_t>(layout->database_size));
  PageScanner scanner;
  const bool scanned = feed(scanner, database, 977);
  const auto facts = scanner.finish();
  KeyLister lister(os::real_file_system(), {.spool_directory = "/tmp", .memory = 0, .digest_seed = {}});
  require(feed(lister, database, database.size()) == scanned);
  const auto listing = lister.finish();
  // Listing looks at fewer overlapping long pages at once than scanning does.
  if (!listing && listing.error().code == Code::unsupported) return 0;
  require(listing.has_value() == facts.has_value());
  if (!listing) return 0;
  const auto count = count_keys(*listing);
  if (!count) require(count.error().code == Code::unsupported);
  return 0;
}
