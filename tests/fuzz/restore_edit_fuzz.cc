// The edit of a restore on any bytes: an error, or a database that can be opened and edited again. The metas' checksums
// are made right first, so that what lies behind them is reached.
#include <cstdlib>

#include "snapshot/free_pages.h"
#include "snapshot/restore_edit.h"
#include "support/memory_file.h"

namespace {

using namespace holdfast;
using namespace holdfast::snapshot;

void repair_meta(Bytes& bytes, std::size_t at) {
  if (bytes.size() < at + kMinPageSize) return;
  const std::uint8_t* body = bytes.data() + at + kPageHeaderSize;
  Meta meta{.page_size = load_le<std::uint32_t>(body + 8),
            .root = load_le<PageId>(body + 16),
            .root_sequence = load_le<std::uint64_t>(body + 24),
            .freelist = load_le<PageId>(body + 32),
            .high_water_mark = load_le<PageId>(body + 40),
            .txid = load_le<std::uint64_t>(body + 48)};
  write_meta(meta, ByteSpan(bytes).subspan(at, kMinPageSize));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, data + size);
  if (bytes.empty()) return 0;
  const bool bump = (bytes.back() & 1U) != 0;
  repair_meta(bytes, 0);
  repair_meta(bytes, kMinPageSize);
  test::MemoryFile file(std::move(bytes));
  static const Membership membership = *parse_membership("a=http://h:1,b=http://h:2", "t");
  const EditOptions options{.bump_revision = bump ? 1000U : 0U, .clear_alarms = true};
  const auto edited = edit_database(file, file.bytes().size(), membership, options);
  if (!edited) return 0;
  // Damage that the edit did not pass by may still be there: then nothing is dropped.
  static_cast<void>(drop_free_pages(file, edited->meta, {}));
  const auto again = edit_database(file, file.bytes().size(), membership, {});
  if (!again || again->revision != edited->revision) std::abort();
  return 0;
}
