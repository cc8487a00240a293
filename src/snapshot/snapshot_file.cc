#include "snapshot/snapshot_file.h"

#include <algorithm>

#include "snapshot/bolt_file.h"

namespace holdfast::snapshot {

Result<SnapshotFile> read_snapshot_file(os::File& file) {
  SnapshotFile layout;
  HF_ASSIGN(layout.file_size, file.size());
  layout.trailer = has_trailer(layout.file_size);
  layout.data_size = layout.file_size - (layout.trailer ? kTrailerSize : 0);
  Bytes head(static_cast<std::size_t>(std::min<std::uint64_t>(layout.data_size, kMetaSearchSize)));
  HF_TRY(read_exactly(file, 0, head));
  HF_ASSIGN(layout.chosen, choose_meta(head));
  layout.seed = seed_from(head);
  layout.database_size = layout.chosen.meta.high_water_mark * layout.chosen.meta.page_size;
  return layout;
}

Result<Sha256Digest> read_trailer(os::File& file, const SnapshotFile& layout) {
  Sha256Digest digest{};
  HF_TRY(read_exactly(file, layout.data_size, digest));
  return digest;
}

}  // namespace holdfast::snapshot
