#include "unit/snapshot/damage_support.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;

PageId root(BoltFile& file) {
  return file.roots.at("key");
}
PageId leaf(BoltFile& file, std::size_t child = 1) {
  return descend(file, root(file), child);
}
PageId branch_over_leaves(BoltFile& file) {
  PageId page = root(file);
  while (read_page_header(file.page(load_le<std::uint64_t>(file.page(page).data() + 24))).flags == kBranchPage) {
    page = load_le<std::uint64_t>(file.page(page).data() + 24);
  }
  return page;
}

}  // namespace

const std::vector<Damage>& structure_damages() {
  static const std::vector<Damage> damages{
      {"page carries another number",
       [](BoltFile& file) { change_header(file, leaf(file), [](PageHeader& header) { ++header.id; }); }, "page-header",
       "carries the number"},
      {"page is neither leaf nor branch",
       [](BoltFile& file) { change_header(file, leaf(file), [](PageHeader& header) { header.flags = kMetaPage; }); },
       "page-header", "neither branch nor leaf"},
      {"page is leaf and branch",
       [](BoltFile& file) { change_header(file, leaf(file), [](PageHeader& header) { header.flags = 3; }); },
       "page-header", "neither branch nor leaf"},
      {"overflow reaches beyond the end",
       [](BoltFile& file) {
         change_header(file, leaf(file), [](PageHeader& header) { header.overflow = 0xFFFFFFFF; });
       },
       "page-header", "beyond the end"},
      {"overflow covers another page",
       [](BoltFile& file) {
         change_header(file, leaf(file), [&](PageHeader& header) {
           header.overflow = static_cast<std::uint32_t>(file.meta.high_water_mark - header.id - 1);
         });
       },
       "reachability", "belongs to more than one"},
      {"more elements than fit",
       [](BoltFile& file) { change_header(file, leaf(file), [](PageHeader& header) { header.count = 0xFFFF; }); },
       "structure", "do not fit"},
      {"branch without children",
       [](BoltFile& file) {
         change_header(file, branch_over_leaves(file), [](PageHeader& header) { header.count = 0; });
       },
       "structure", "without children"},
      {"key outside the page", [](BoltFile& file) { set_element(file, leaf(file), 0, 4, 2000); }, "structure",
       "outside the page"},
      {"value outside the page", [](BoltFile& file) { set_element(file, leaf(file), 0, 12, 0xFFFFFFFF); }, "structure",
       "outside the page"},
      {"empty key", [](BoltFile& file) { set_element(file, leaf(file), 0, 8, 0); }, "structure", "empty key"},
      {"branch key outside the page", [](BoltFile& file) { set_element(file, branch_over_leaves(file), 0, 4, 5000); },
       "structure", "outside the page"},
      {"child beyond the end",
       [](BoltFile& file) { set_child(file, branch_over_leaves(file), 0, file.meta.high_water_mark); }, "reachability",
       "does not exist"},
      {"child that is a meta page", [](BoltFile& file) { set_child(file, branch_over_leaves(file), 0, 1); },
       "reachability", "does not exist"},
      {"child with an enormous number",
       [](BoltFile& file) { set_child(file, branch_over_leaves(file), 0, 0xFFFFFFFFFFFFFFFF); }, "reachability",
       "does not exist"},
      {"branch that is its own child",
       [](BoltFile& file) { set_child(file, branch_over_leaves(file), 1, branch_over_leaves(file)); }, "reachability",
       "belongs to more than one"},
      {"branch with the root for a child",
       [](BoltFile& file) { set_child(file, branch_over_leaves(file), 1, root(file)); }, "reachability",
       "belongs to more than one"},
      {"two children that are the same page",
       [](BoltFile& file) { set_child(file, branch_over_leaves(file), 1, leaf(file, 0)); }, "reachability",
       "belongs to more than one"},
      {"keys of a leaf out of order",
       [](BoltFile& file) {
         std::swap_ranges(key_bytes(file, leaf(file), 0).begin(), key_bytes(file, leaf(file), 0).begin() + 17,
                          key_bytes(file, leaf(file), 1).begin());
       },
       "key-order", "does not follow"},
      {"leaves in the wrong order",
       [](BoltFile& file) {
         const PageId branch = branch_over_leaves(file);
         const auto first = load_le<std::uint64_t>(file.page(branch).data() + 24);
         const auto second = load_le<std::uint64_t>(file.page(branch).data() + 40);
         set_child(file, branch, 0, second);
         set_child(file, branch, 1, first);
       },
       "key-order", ""},
      {"branch key greater than its child's first one",
       [](BoltFile& file) { key_bytes(file, branch_over_leaves(file), 1)[16] = 1; }, "key-order",
       "the branch page above"},
      {"branch key between its child's first one and the leaf before",
       [](BoltFile& file) {
         const ByteSpan key = key_bytes(file, branch_over_leaves(file), 1);
         write_revision({.main = read_record_key(key)->revision.main - 1, .sub = 1}, key.data());
       },
       "key-order", "the branch page above"},
      {"first key of the tree less than its branch keys",
       [](BoltFile& file) { key_bytes(file, leaf(file, 0), 0)[7] = 0; }, "key-order", "the branch page above"},
      {"last key of a leaf behind the next leaf",
       [](BoltFile& file) {
         const PageId page = leaf(file);
         const std::size_t last = read_page_header(file.page(page)).count - 1U;
         key_bytes(file, page, last)[6] = 0x70;
       },
       "key-order", "does not follow"},
      {"leaf without items",
       [](BoltFile& file) { change_header(file, leaf(file), [](PageHeader& header) { header.count = 0; }); },
       "structure", "without items"},
      {"root of a bucket beyond the end",
       [](BoltFile& file) {
         // The value follows the name in the root leaf.
         const ByteSpan root_page = file.page(file.roots.at(""));
         const std::size_t in_root = as_text(root_page).find("key");
         ASSERT_NE(in_root, std::string::npos);
         store_le(root_page.data() + in_root + 3, std::uint64_t{1} << 40U);
       },
       "reachability", "does not exist"},
  };
  return damages;
}

}  // namespace holdfast::test
