#include "snapshot/free_pages.h"

#include "snapshot/bolt_file.h"
#include "snapshot/page_walk.h"

namespace holdfast::snapshot {

Result<FreePages> drop_free_pages(os::File& file, const Meta& meta, const std::stop_token& stop) {
  HF_ASSIGN(const BoltFile database, BoltFile::open(file, meta.high_water_mark * meta.page_size));
  HF_ASSIGN(const PageSet used, pages_in_use(database, stop));
  FreePages free;
  PageId id = 2;
  while (id < meta.high_water_mark) {
    PageId end = id;
    while (end < meta.high_water_mark && !used.contains(end))
      ++end;
    if (end > id) {
      HF_TRY(file.zero_range(database.offset_of(id), (end - id) * meta.page_size));
      free.pages += end - id;
    }
    id = end + 1;
  }
  free.bytes = free.pages * meta.page_size;
  return free;
}

}  // namespace holdfast::snapshot
