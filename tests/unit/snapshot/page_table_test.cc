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
  const PageSummary plain{.crc = 0xDEADBEEF,
                          .bytes = 4000,
                          .count = 30,
                          .first = {.revision = {.main = 100, .sub = 7}, .tombstone = true},
                          .last = {.revision = {.main = 4000000000, .sub = 65535}},
                          .flags = kRecordKeys,
                          .unfit = 0x3FF};
  const PageSummary wide{.crc = 7,
                         .bytes = 5000000000,
                         .count = 2,
                         .overflow = 1300000,
                         .first = {.revision = {.main = 1, .sub = 1LL << 40}},
                         .last = {.revision = {.main = 1LL << 60, .sub = 1LL << 50}, .tombstone = true},
                         .flags = kRecordKeys};
  table.add(5, plain);
  table.add(900, wide);
  for (const auto& [page, expected] : {std::pair(5U, plain), std::pair(900U, wide)}) {
    const PageSummary got = table.at(*table.find(page));
    EXPECT_EQ(got.crc, expected.crc);
    EXPECT_EQ(got.bytes, expected.bytes);
    EXPECT_EQ(got.count, expected.count);
    EXPECT_EQ(got.overflow, expected.overflow);
    EXPECT_EQ(got.first.revision, expected.first.revision);
    EXPECT_EQ(got.first.tombstone, expected.first.tombstone);
    EXPECT_EQ(got.last.revision, expected.last.revision);
    EXPECT_EQ(got.last.tombstone, expected.last.tombstone);
    EXPECT_EQ(got.unfit, expected.unfit);
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

TEST(PageTable, KeepsTheKeysOfBranchesAndTheEdgesOfLeaves) {
  PageTable table;
  const std::size_t branch = table.add(2, {.keys = 0xFEDCBA9876543210, .flags = kIsBranch});
  const auto edges = table.edges().add(as_bytes("first"), as_bytes("the last"), 10);
  const std::size_t leaf = table.add(3, {.edges = *edges});
  EXPECT_EQ(table.at(branch).keys, 0xFEDCBA9876543210);
  EXPECT_EQ(as_text(table.edges().first(table.at(leaf).edges)), "first");
  EXPECT_EQ(as_text(table.edges().last(table.at(leaf).edges)), "the last");
}

TEST(PageTable, SetsALimitToEdges) {
  PageTable table;
  const Bytes key(2 * kMiB);
  EXPECT_TRUE(table.edges().add(key, key, 2));
  EXPECT_FALSE(table.edges().add(key, key, 2));
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
  table.add(2, {.first = {.revision = {.main = 5}}, .last = {.revision = {.main = 6}}, .flags = kRecordKeys});
  table.add(3, {.first = {.revision = {.main = 1}}, .last = {.revision = {.main = 4}}, .flags = kRecordKeys});
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
