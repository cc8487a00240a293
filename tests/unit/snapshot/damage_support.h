// Ways to damage a database file that the tests of reading share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "unit/snapshot/scan_support.h"

#include "snapshot/mvcc.h"

namespace holdfast::test {

// The page of the tree under `root` that one finds by following child number `child` of each branch page; `depth` steps
// at most.
inline snapshot::PageId descend(BoltFile& file, snapshot::PageId root, std::size_t child, int depth = 100) {
  snapshot::PageId page = root;
  for (; depth > 0 && snapshot::read_page_header(file.page(page)).flags == snapshot::kBranchPage; --depth) {
    page = load_le<std::uint64_t>(file.page(page).data() + 16 + child * 16 + 8);
  }
  return page;
}

// Header of what begins at `page`, changed by `change`.
inline void change_header(BoltFile& file, snapshot::PageId page,
                          const std::function<void(snapshot::PageHeader&)>& change) {
  snapshot::PageHeader header = snapshot::read_page_header(file.page(page));
  change(header);
  snapshot::write_page_header(header, file.page(page));
}

// The 32-bit field at `offset` of element `index` of a page.
inline void set_element(BoltFile& file, snapshot::PageId page, std::size_t index, std::size_t offset,
                        std::uint32_t value) {
  store_le(file.page(page).data() + 16 + index * 16 + offset, value);
}
inline void set_child(BoltFile& file, snapshot::PageId page, std::size_t index, snapshot::PageId child) {
  store_le(file.page(page).data() + 16 + index * 16 + 8, child);
}

// Bytes of key `index` of a page, which is at least so long.
inline ByteSpan key_bytes(BoltFile& file, snapshot::PageId page, std::size_t index) {
  const std::size_t at = 16 + index * 16;
  const ByteSpan bytes = file.page(page);
  const bool leaf = snapshot::read_page_header(bytes).flags == snapshot::kLeafPage;
  const auto pos = load_le<std::uint32_t>(bytes.data() + at + (leaf ? 4 : 0));
  const auto size = load_le<std::uint32_t>(bytes.data() + at + (leaf ? 8 : 4));
  return bytes.subspan(at + pos, size);
}

// One way to damage the file of damage_sample(), and what has to be said about it.
struct Damage {
  std::string name;
  std::function<void(BoltFile&)> apply;
  std::string check;  // of the finding
  std::string says;   // part of what the finding says
};

// Bucket "key" has branch pages over branch pages, the other buckets are inline; pages lie in random order.
inline BoltFile damage_sample() {
  return write_bolt(sample_model(200, 60).buckets(),
                    {.page_size = 1024, .leaf_fill = 300, .fanout = 5, .seed = 12, .free_pages = 3});
}

const std::vector<Damage>& structure_damages();

}  // namespace holdfast::test
