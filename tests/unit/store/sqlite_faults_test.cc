// Disks that fail, files that go away, bytes that rot.
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "unit/store/sqlite_fixture.h"

#include "support/faulty_file_system.h"

namespace holdfast::store {
namespace {

using testing::HasSubstr;
using SqliteFaults = SqliteFixture;

TEST_F(SqliteFaults, AFullStoreRefusesWritesAndGoesOnReading) {
  const auto store = open("store.db", 200'000);
  const std::string value(10'000, 'x');
  Result<Outcome> outcome = Outcome{};
  int stored = 0;
  while ((outcome = try_put(*store, fmt::format("k{}", stored), value)))
    ++stored;
  EXPECT_EQ(outcome.error().code, Code::no_space);
  EXPECT_GT(stored, 5);
  EXPECT_EQ(store->list({}).value().entries.size(), static_cast<std::size_t>(stored));
  EXPECT_EQ(store->revision().value(), 1 + stored);
}

TEST_F(SqliteFaults, OneThatDoesNotFitDoesNotTakeOthersWithIt) {
  const auto store = open("store.db", 300'000);
  std::atomic<int> small = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 5; ++round) {
          if (i == 0) {
            EXPECT_EQ(try_put(*store, "large", std::string(1'000'000, 'x')).error().code, Code::no_space);
          } else if (try_put(*store, fmt::format("small{}/{}", i, round), "x")) {
            ++small;
          }
        }
      });
    }
  }
  EXPECT_EQ(small, 35);
  EXPECT_EQ(store->list({.prefix = "small"}).value().entries.size(), 35U);
  EXPECT_FALSE(store->get("large"));
}

TEST_F(SqliteFaults, ARemovedFileIsNoticedByTheNextCommit) {
  const auto store = open();
  put(*store, "a", "1");
  ASSERT_TRUE(os::real_file_system().remove(directory_.file("store.db")));
  const auto outcome = try_put(*store, "a", "2");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::unavailable);
  EXPECT_THAT(outcome.error().message, HasSubstr("removed or replaced"));
  EXPECT_FALSE(store->health());
}

TEST_F(SqliteFaults, ARemovedLogIsNoticedByTheNextCommit) {
  const auto store = open();
  put(*store, "a", "1");
  ASSERT_TRUE(os::real_file_system().remove(directory_.file("store.db-wal")));
  EXPECT_FALSE(try_put(*store, "a", "2"));
}

TEST_F(SqliteFaults, AReplacedFileIsNoticedByTheNextCommit) {
  const auto store = open();
  put(*store, "a", "1");
  write_bytes("store.db", "other");
  EXPECT_FALSE(try_put(*store, "a", "2"));
}

TEST_F(SqliteFaults, RottenPagesAreCorruptAndNotWrongAnswers) {
  auto store = open();
  for (int i = 0; i < 100; ++i)
    put(*store, fmt::format("k{:03}", i), std::string(3000, 'x'));
  store.reset();
  std::string bytes = bytes_of("store.db");
  ASSERT_GT(bytes.size(), 100'000U);
  for (std::size_t at = 12 * 4096; at < bytes.size(); ++at)
    bytes[at] = static_cast<char>(at * 31);
  write_bytes("store.db", bytes);
  store = open();
  const auto page = store->list({});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Code::corrupt);
}

TEST_F(SqliteFaults, ARevisionIsNotHandedOutBeforeItIsReserved) {
  open().reset();
  edit("store.db", fmt::format("UPDATE state SET revision = {}", 1 + RevisionFloor::kStep));  // all that is reserved
  test::FaultyFileSystem files(os::real_file_system());
  RevisionFloor floor(files, directory_.file("revision-floor"));
  auto store = SqliteStore::open({.path = directory_.file("store.db")}, floor, os::real_file_system(), os::real_clock(),
                                 os::real_random());
  ASSERT_TRUE(store);
  files.fail_call(test::FileCall::sync, 1, Code::no_space);
  const auto refused = try_put(**store, "a", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::no_space);
  EXPECT_FALSE((*store)->get("a"));
  EXPECT_TRUE(files.unreached_faults().empty());
  EXPECT_TRUE(try_put(**store, "a", "2"));
  EXPECT_EQ((*store)->get("a").value().created, (*store)->get("a").value().modified);
}

}  // namespace
}  // namespace holdfast::store
