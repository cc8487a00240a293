#include "snapshot/bolt_editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "database_contents.h"

#include "support/database_builder.h"
#include "support/etcd_model.h"

namespace holdfast::snapshot {
namespace {

using test::Contents;
using test::contents_of;
using test::DatabaseBuilder;
using test::MemoryFile;
using test::revision_key;

ItemMap items(const std::map<std::string, std::string>& values) {
  ItemMap map;
  for (const auto& [key, value] : values)
    map[key] = StoredItem{.value = value};
  return map;
}

BoltEditor opened(MemoryFile& file) {
  auto editor = BoltEditor::open(file, file.bytes().size());
  EXPECT_TRUE(editor) << editor.error().to_string();
  return *editor;
}

DatabaseBuilder small_database() {
  DatabaseBuilder builder;
  builder.like_etcd(50);
  return builder;
}

TEST(BoltEditor, ReplacesOneBucketAndLeavesTheOthers) {
  MemoryFile file(small_database().build());
  Contents expected = contents_of(file);

  BoltEditor editor = opened(file);
  ASSERT_TRUE(editor.write_bucket("members", items({{"1", "one"}, {"2", "two"}})));
  ASSERT_TRUE(editor.commit());

  expected["members"] = {{"1", "one"}, {"2", "two"}};
  EXPECT_EQ(contents_of(file), expected);
}

TEST(BoltEditor, MakesABucketThatIsMissing) {
  MemoryFile file(DatabaseBuilder().put("key", "k", "v").build());

  BoltEditor editor = opened(file);
  ASSERT_TRUE(editor.write_bucket("cluster", {}));
  ASSERT_TRUE(editor.commit());

  EXPECT_EQ(contents_of(file), (Contents{{"cluster", {}}, {"key", {{"k", "v"}}}}));
}

TEST(BoltEditor, WritesABucketThatNeedsAPageOfItsOwnOrSeveral) {
  for (const std::size_t size : {900U, 3000U, 9000U}) {
    MemoryFile file(small_database().build());
    const std::string value(size, 'x');

    BoltEditor editor = opened(file);
    ASSERT_TRUE(editor.write_bucket("members", items({{"1", value}, {"2", value}})));
    ASSERT_TRUE(editor.commit());

    EXPECT_EQ(contents_of(file)["members"], (std::map<std::string, std::string>{{"1", value}, {"2", value}}));
  }
}

TEST(BoltEditor, KeepsBucketsWhoseListIsATree) {
  DatabaseBuilder builder = small_database();
  builder.root_as_branch = true;
  MemoryFile file(builder.build());
  Contents expected = contents_of(file);
  ASSERT_EQ(expected.size(), 10U);

  BoltEditor editor = opened(file);
  ASSERT_TRUE(editor.write_bucket("members_removed", {}));
  ASSERT_TRUE(editor.commit());

  expected["members_removed"].clear();
  EXPECT_EQ(contents_of(file), expected);
}

TEST(BoltEditor, WritesTwoValidMetasOfTheNextTransactions) {
  DatabaseBuilder builder = small_database();
  builder.txid = 41;
  MemoryFile file(builder.build());

  BoltEditor editor = opened(file);
  ASSERT_TRUE(editor.commit());

  const auto chosen = choose_meta(file.bytes());
  ASSERT_TRUE(chosen);
  EXPECT_TRUE(chosen->both_valid);
  EXPECT_EQ(chosen->meta.txid, 43U);
  EXPECT_EQ(chosen->meta.freelist, kNoFreelist);
  EXPECT_EQ(chosen->meta.high_water_mark * builder.page_size, file.bytes().size());
  EXPECT_EQ(load_le<PageId>(file.bytes().data()), 0U);
  EXPECT_EQ(load_le<PageId>(file.bytes().data() + builder.page_size), 1U);
}

TEST(BoltEditor, ChangesNothingButTheMetasInFrontOfTheOldEnd) {
  const Bytes before = small_database().build();
  MemoryFile file(before);

  BoltEditor editor = opened(file);
  ASSERT_TRUE(editor.write_bucket("meta", items({{"a", std::string(5000, 'b')}})));
  ASSERT_TRUE(editor.commit());

  EXPECT_TRUE(std::equal(before.begin() + 2 * 4096, before.end(), file.bytes().begin() + 2 * 4096));
}

TEST(BoltEditor, CutsOffGrowthBehindTheLastPage) {
  Bytes bytes = small_database().build();
  bytes.resize(bytes.size() + 16 * kMiB);
  MemoryFile file(bytes);

  BoltEditor editor = opened(file);
  const auto meta = editor.commit();

  ASSERT_TRUE(meta);
  EXPECT_EQ(file.bytes().size(), meta->high_water_mark * 4096);
  EXPECT_LT(file.bytes().size(), kMiB);
}

struct Shape {
  std::uint32_t page_size;
  std::size_t records;
  std::size_t items_per_leaf;
};

class AppendItem : public testing::TestWithParam<Shape> {};

TEST_P(AppendItem, AddsBehindTheLastOfABucketOfAnyShape) {
  DatabaseBuilder builder;
  builder.page_size = GetParam().page_size;
  builder.items_per_leaf = GetParam().items_per_leaf;
  builder.like_etcd(GetParam().records);
  MemoryFile file(builder.build());
  Contents expected = contents_of(file);

  BoltEditor editor = opened(file);
  ASSERT_TRUE(editor.append_item("key", revision_key(1'000'000, 0), ""));
  ASSERT_TRUE(editor.append_item("key", revision_key(1'000'001, 0), "second"));
  ASSERT_TRUE(editor.commit());

  expected["key"][revision_key(1'000'000, 0)] = "";
  expected["key"][revision_key(1'000'001, 0)] = "second";
  EXPECT_EQ(contents_of(file), expected);
  EXPECT_EQ(*opened(file).last_key("key"), revision_key(1'000'001, 0));
}

INSTANTIATE_TEST_SUITE_P(Shapes, AppendItem,
                         testing::Values(Shape{4096, 0, 20},     // empty, inside the root
                                         Shape{4096, 2, 20},     // inside the root
                                         Shape{4096, 10, 20},    // one leaf
                                         Shape{4096, 50, 20},    // one branch
                                         Shape{4096, 2000, 20},  // several levels
                                         Shape{4096, 300, 300},  // a leaf with overflow pages
                                         Shape{1024, 100, 4},    // the smallest page
                                         Shape{16384, 500, 60}, Shape{65536, 1000, 300}));  // the largest page

TEST(BoltEditor, AppendsToABucketThatIsMissing) {
  MemoryFile file(DatabaseBuilder().bucket("meta").build());

  BoltEditor editor = opened(file);
  ASSERT_TRUE(editor.append_item("key", "k", "v"));
  ASSERT_TRUE(editor.commit());

  EXPECT_EQ(contents_of(file)["key"], (std::map<std::string, std::string>{{"k", "v"}}));
}

TEST(BoltEditor, RefusesToAppendOutOfOrder) {
  MemoryFile file(small_database().build());

  const auto status = opened(file).append_item("key", revision_key(3, 0), "");

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::usage);
}

TEST(BoltEditor, KnowsTheLastKeyOfBucketsOfEveryKind) {
  DatabaseBuilder builder = small_database();
  MemoryFile file(builder.build());
  const BoltEditor editor = opened(file);

  EXPECT_EQ(*editor.last_key("key"), revision_key(51, 0));
  EXPECT_EQ(*editor.last_key("cluster"), "clusterVersion");
  EXPECT_EQ(*editor.last_key("alarm"), std::nullopt);
  EXPECT_EQ(*editor.last_key("no such bucket"), std::nullopt);
}

TEST(BoltEditor, IsEqualToAModelUnderRandomEdits) {
  EXPECT_TRUE(rc::check("edit, reopen, compare", [] {
    DatabaseBuilder builder;
    builder.page_size = *rc::gen::element(1024U, 4096U, 65536U);
    builder.root_as_branch = *rc::gen::arbitrary<bool>();
    builder.items_per_leaf = *rc::gen::inRange<std::size_t>(10, 30);
    builder.free_pages = *rc::gen::inRange<std::size_t>(0, 4);
    builder.like_etcd(*rc::gen::inRange<std::size_t>(0, 200));
    MemoryFile file(builder.build());
    Contents model = contents_of(file);

    const int rounds = *rc::gen::inRange(1, 4);
    for (int round = 0; round < rounds; ++round) {
      auto editor = BoltEditor::open(file, file.bytes().size());
      RC_ASSERT(editor.has_value());
      const auto name = *rc::gen::element<std::string>("members", "alarm", "meta", "new", "key");
      const auto values = *rc::gen::container<std::map<std::string, std::string>>(
          rc::gen::nonEmpty<std::string>(),
          rc::gen::map(rc::gen::inRange<std::size_t>(0, 3000), [](std::size_t n) { return std::string(n, 'x'); }));
      RC_ASSERT(editor->write_bucket(name, items(values)).has_value());
      model[name] = values;
      const std::string last = "\xff\xff\xff\xff\xff" + std::to_string(round);
      if (*rc::gen::arbitrary<bool>() && editor->append_item("key", last, "v")) model["key"][last] = "v";
      RC_ASSERT(editor->commit().has_value());
    }
    RC_ASSERT(contents_of(file) == model);
  }));
}

// Hostile databases: an error, no crash, bounded memory.

Error open_error(const Bytes& bytes) {
  MemoryFile file(bytes);
  auto editor = BoltEditor::open(file, bytes.size());
  EXPECT_FALSE(editor);
  return editor ? Error{} : editor.error();
}

// The page that holds the list of buckets.
ByteSpan root_page(Bytes& bytes) {
  const PageId root = choose_meta(bytes)->meta.root;
  return ByteSpan(bytes).subspan(root * 4096, 4096);
}

TEST(HostileDatabase, ThatIsCutOffIsRefused) {
  Bytes bytes = small_database().build();
  bytes.resize(bytes.size() - 4096);

  EXPECT_THAT(open_error(bytes).message, testing::HasSubstr("cut off"));
  EXPECT_EQ(open_error(bytes).code, Code::corrupt);
}

TEST(HostileDatabase, WithAPageOfAnotherNumberIsRefused) {
  Bytes bytes = small_database().build();
  store_le(root_page(bytes).data(), PageId{99});

  EXPECT_THAT(open_error(bytes).message, testing::HasSubstr("carries the number 99"));
}

TEST(HostileDatabase, WhosePageSaysItIsLongerThanTheFileIsRefused) {
  Bytes bytes = small_database().build();
  store_le(root_page(bytes).data() + 12, std::uint32_t{0xFFFFFFFF});

  EXPECT_EQ(open_error(bytes).code, Code::corrupt);
}

TEST(HostileDatabase, WithMoreElementsThanFitIsRefused) {
  Bytes bytes = small_database().build();
  store_le(root_page(bytes).data() + 10, std::uint16_t{0xFFFF});

  EXPECT_EQ(open_error(bytes).code, Code::corrupt);
}

TEST(HostileDatabase, WithAnElementOutsideItsPageIsRefused) {
  Bytes bytes = small_database().build();
  store_le(root_page(bytes).data() + kPageHeaderSize + 4, std::uint32_t{0xFFFFFFF0});

  EXPECT_EQ(open_error(bytes).code, Code::corrupt);
}

TEST(HostileDatabase, WhoseElementsShareTheirBytesIsRefused) {
  Bytes bytes = small_database().build();
  const ByteSpan page = root_page(bytes);
  for (std::size_t i = 0; i < 10; ++i) {
    std::uint8_t* element = page.data() + kPageHeaderSize + i * kElementSize;
    store_le(element + 4, static_cast<std::uint32_t>(200 + i - i * kElementSize));
    store_le(element + 8, std::uint32_t{4});
    store_le(element + 12, std::uint32_t{3000});
  }

  EXPECT_EQ(open_error(bytes).code, Code::corrupt);
}

TEST(HostileDatabase, WhoseTreeLoopsIsRefused) {
  DatabaseBuilder builder = small_database();
  builder.root_as_branch = true;
  Bytes bytes = builder.build();
  const PageId root = choose_meta(bytes)->meta.root;
  store_le(root_page(bytes).data() + kPageHeaderSize + 8, root);

  EXPECT_THAT(open_error(bytes).message, testing::HasSubstr("levels deep"));
}

TEST(HostileDatabase, WhoseLargeBucketLoopsIsRefusedWhenItIsAppendedTo) {
  DatabaseBuilder builder = small_database();
  MemoryFile file(builder.build());
  const BoltEditor before = opened(file);
  const auto names = load_items(*BoltFile::open(file, file.bytes().size()), before.meta().root);
  const PageId branch = read_bucket_header(as_bytes(names->at("key").value))->root;
  std::uint8_t* page = file.bytes().data() + branch * 4096;
  ASSERT_EQ(read_page_header({page, 4096}).flags, kBranchPage);
  const std::size_t last = load_le<std::uint16_t>(page + 10) - 1U;
  store_le(page + kPageHeaderSize + last * kElementSize + 8, branch);

  const auto status = opened(file).append_item("key", revision_key(1'000'000, 0), "");

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::corrupt);
}

TEST(HostileDatabase, NeverCrashesWhateverBytesAreFlipped) {
  DatabaseBuilder builder = small_database();
  builder.root_as_branch = true;
  const Bytes good = builder.build();
  EXPECT_TRUE(rc::check("flip bytes, edit", [&] {
    MemoryFile file(good);
    const int flips = *rc::gen::inRange(1, 12);
    for (int i = 0; i < flips; ++i) {
      file.bytes()[*rc::gen::inRange<std::size_t>(2 * 4096, good.size())] = *rc::gen::arbitrary<std::uint8_t>();
    }
    auto editor = BoltEditor::open(file, file.bytes().size());
    if (!editor) return;
    static_cast<void>(editor->read_bucket("meta"));
    static_cast<void>(editor->append_item("key", revision_key(1'000'000, 0), ""));
    static_cast<void>(editor->commit());
  }));
}

}  // namespace
}  // namespace holdfast::snapshot
