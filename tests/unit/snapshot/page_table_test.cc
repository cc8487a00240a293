#include "snapshot/page_table.h"

#include <gmock/gmock.h>

namespace holdfast::snapshot {
namespace {

using ::testing::ElementsAre;

std::vector<PageId> children_of(const PageTable& table, PageId page) {
  std::vector<PageId> found;
  const PageSummary summary = table.at(*table.find(page));
  PageTable::Children children(table, page, summary);
  while (const auto child = children.next())
    found.push_back(*child);
  return found;
}

void add_branch(PageTable& table, PageId page, const std::vector<std::uint32_t>& children, std::uint64_t pages) {
  PageSummary summary{.count = static_cast<std::uint32_t>(children.size()), .flags = kIsBranch};
  const auto kept = table.add_children(page, children, pages);
  summary.children = kept.value_or(0);
  if (!kept) summary.set(kUnread);
  table.add(page, summary);
}

TEST(PageTable, GivesBackWhatWasAdded) {
  PageTable table;
  const PageSummary plain{
      .crc = 0xDEADBEEF, .bytes = 4000, .count = 30, .first_main = 100, .last_main = 170, .flags = kRecordKeys};
  const PageSummary wide{
      .crc = 7, .bytes = 5000000000, .count = 2, .overflow = 1300000, .first_main = 1LL << 60, .last_main = 1LL << 60};
  table.add(5, plain);
  table.add(900, wide);
  for (const auto& [page, expected] : {std::pair(5U, plain), std::pair(900U, wide)}) {
    const PageSummary got = table.at(*table.find(page));
    EXPECT_EQ(got.crc, expected.crc);
    EXPECT_EQ(got.bytes, expected.bytes);
    EXPECT_EQ(got.count, expected.count);
    EXPECT_EQ(got.overflow, expected.overflow);
    EXPECT_EQ(got.first_main, expected.first_main);
    EXPECT_EQ(got.last_main, expected.last_main);
    EXPECT_EQ(got.flags, expected.flags);
  }
}

TEST(PageTable, FindsOnlyPagesThatWereAdded) {
  PageTable table;
  for (PageId page = 3; page < 2000; page += 3)
    table.add(page, {.crc = static_cast<std::uint32_t>(page)});
  for (PageId page = 0; page < 2100; ++page) {
    const auto index = table.find(page);
    ASSERT_EQ(index.has_value(), page % 3 == 0 && page >= 3 && page < 2000) << page;
    if (index) {
      EXPECT_EQ(table.at(*index).crc, page);
    }
  }
}

TEST(PageTable, ReplacesASummary) {
  PageTable table;
  const std::size_t index = table.add(2, {.count = 2, .overflow = 9});
  table.add(3, {.count = 1, .overflow = 4});
  table.update(index, {.crc = 1, .bytes = 70000, .count = 2, .overflow = 9});
  EXPECT_EQ(table.at(index).bytes, 70000U);
  EXPECT_EQ(table.at(*table.find(3)).overflow, 4U);
}

TEST(PageTable, TakesTooWideAGapForUnknown) {
  PageTable table;
  const std::size_t index = table.add(2, {.first_main = 1, .last_main = 1000000});
  EXPECT_EQ(table.at(index).first_main, 1000000);
}

TEST(PageTable, KeepsChildrenInOrder) {
  PageTable table;
  add_branch(table, 7, {900000, 2, 3, 4000000000, 5}, 4100000000);
  add_branch(table, 8, {9}, 100);
  EXPECT_THAT(children_of(table, 7), ElementsAre(900000, 2, 3, 4000000000, 5));
  EXPECT_THAT(children_of(table, 8), ElementsAre(9));
}

TEST(PageTable, ForgetsChildrenOfBranchesThatCannotBelongToTheTree) {
  PageTable table(10);
  table.add(2, {.first_main = 5, .last_main = 6, .flags = kRecordKeys});
  table.add(3, {.first_main = 1, .last_main = 4, .flags = kRecordKeys});
  table.add(4, {.flags = kBroken});
  add_branch(table, 10, {3, 2, 100}, 200);  // may belong to it: page 100 is yet to come
  add_branch(table, 11, {2, 3}, 200);       // wrong order
  add_branch(table, 12, {3, 4}, 200);       // a child that is no page of a tree
  add_branch(table, 13, {3, 9}, 200);       // a child that is not there
  add_branch(table, 14, {2, 150, 151}, 200);
  add_branch(table, 15, {3, 2}, 200);

  for (const PageId stale : {11U, 12U, 13U})
    EXPECT_TRUE(table.at(*table.find(stale)).has(kBroken)) << stale;
  EXPECT_THAT(children_of(table, 10), ElementsAre(3, 2, 100));
  EXPECT_THAT(children_of(table, 14), ElementsAre(2, 150, 151));
  EXPECT_THAT(children_of(table, 15), ElementsAre(3, 2));
}

TEST(PageTable, SetsALimitToChildren) {
  PageTable table(10);
  for (std::uint32_t page = 2; page < 500; ++page)
    add_branch(table, page, {1001, 1003, 1002, 1009}, 4);
  EXPECT_TRUE(table.at(*table.find(499)).has(kUnread));
  EXPECT_THAT(children_of(table, 2), ElementsAre(1001, 1003, 1002, 1009));
}

}  // namespace
}  // namespace holdfast::snapshot
