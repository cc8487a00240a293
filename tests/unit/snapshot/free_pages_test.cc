#include "snapshot/free_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "database_contents.h"

#include "snapshot/page_walk.h"
#include "support/database_builder.h"

namespace holdfast::snapshot {
namespace {

using test::contents_of;
using test::DatabaseBuilder;
using test::MemoryFile;

Meta meta_of(const MemoryFile& file) {
  return choose_meta(file.bytes())->meta;
}

bool has_junk(const MemoryFile& file) {
  const Bytes junk(64, 0xEE);
  return std::search(file.bytes().begin(), file.bytes().end(), junk.begin(), junk.end()) != file.bytes().end();
}

TEST(FreePages, BecomeZerosAndTheContentsStay) {
  DatabaseBuilder builder;
  builder.free_pages = 5;
  builder.items_per_leaf = 100;  // leaves with overflow pages
  builder.like_etcd(1000);
  MemoryFile file(builder.build());
  const auto before = contents_of(file);
  ASSERT_TRUE(has_junk(file));

  const auto free = drop_free_pages(file, meta_of(file), {});

  ASSERT_TRUE(free) << free.error().to_string();
  EXPECT_EQ(free->pages, 5U);
  EXPECT_EQ(free->bytes, 5U * 4096);
  EXPECT_FALSE(has_junk(file));
  EXPECT_EQ(contents_of(file), before);
}

TEST(FreePages, IncludeThoseThatAnEditReplaced) {
  DatabaseBuilder builder;
  builder.like_etcd(100).as_tree("members");
  MemoryFile file(builder.build());
  auto editor = BoltEditor::open(file, file.bytes().size());
  ASSERT_TRUE(editor && editor->write_bucket("members", {}) && editor->commit());

  const auto free = drop_free_pages(file, meta_of(file), {});

  ASSERT_TRUE(free);
  EXPECT_EQ(free->pages, 2U);  // the old list of buckets, the old tree of members
}

TEST(FreePages, OfADatabaseWithoutAnyAreNone) {
  DatabaseBuilder builder;
  MemoryFile file(builder.like_etcd(10).build());
  const Bytes before = file.bytes();

  const auto free = drop_free_pages(file, meta_of(file), {});

  ASSERT_TRUE(free);
  EXPECT_EQ(free->pages, 0U);
  EXPECT_EQ(file.bytes(), before);
}

TEST(FreePages, ArePreservedWhenAPageIsUsedTwice) {
  DatabaseBuilder builder;
  builder.free_pages = 2;
  builder.like_etcd(100);
  MemoryFile file(builder.build());
  const auto database = BoltFile::open(file, file.bytes().size());
  const auto names = load_items(*database, database->meta().root);
  const PageId branch = read_bucket_header(as_bytes(names->at("key").value))->root;
  std::uint8_t* page = file.bytes().data() + branch * 4096;
  const PageId first_child = load_le<PageId>(page + kPageHeaderSize + 8);
  store_le(page + kPageHeaderSize + kElementSize + 8, first_child);
  const Bytes before = file.bytes();

  const auto free = drop_free_pages(file, meta_of(file), {});

  ASSERT_FALSE(free);
  EXPECT_THAT(free.error().message, testing::HasSubstr("used twice"));
  EXPECT_EQ(file.bytes(), before);
}

TEST(FreePages, AreLookedForUntilStopped) {
  DatabaseBuilder builder;
  MemoryFile file(builder.like_etcd(10).build());
  std::stop_source stop;
  stop.request_stop();

  const auto free = drop_free_pages(file, meta_of(file), stop.get_token());

  ASSERT_FALSE(free);
  EXPECT_EQ(free.error().code, Code::cancelled);
}

}  // namespace
}  // namespace holdfast::snapshot
