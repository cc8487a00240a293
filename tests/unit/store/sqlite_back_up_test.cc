// Copies made while the store is in use.
#include <thread>

#include "unit/store/sqlite_fixture.h"

#include "support/faulty_file_system.h"

namespace holdfast::store {
namespace {

using SqliteBackUp = SqliteFixture;

TEST_F(SqliteBackUp, HoldsEverythingCommittedBefore) {
  auto store = open();
  put(*store, "a", "1");
  ASSERT_TRUE(store->back_up(directory_.file("copy.db")));
  put(*store, "a", "2");
  const auto info = os::real_file_system().stat(directory_.file("copy.db"));
  EXPECT_EQ(info.value()->mode, 0600U);
  const auto copy = open("copy.db");
  EXPECT_EQ(copy->get("a").value().value, "1");
}

TEST_F(SqliteBackUp, PutBackGoesOnWithGreaterRevisions) {
  auto store = open();
  put(*store, "a", "1");
  ASSERT_TRUE(store->back_up(directory_.file("copy.db")));
  const Revision last = put(*store, "a", "lost");
  store.reset();
  ASSERT_TRUE(os::real_file_system().rename(directory_.file("copy.db"), directory_.file("store.db"), true));
  store = open();
  EXPECT_GT(store->revision().value(), last);
  EXPECT_TRUE(store->events({.after = last}, {}, {}).value().expired);
}

// Nothing was written since, so by the numbers alone it could be the original.
TEST_F(SqliteBackUp, IsToldFromTheOriginalEvenWhenTheyAreAlike) {
  auto store = open();
  const Revision last = put(*store, "a", "1");
  ASSERT_TRUE(store->back_up(directory_.file("copy.db")));
  store.reset();
  ASSERT_TRUE(os::real_file_system().rename(directory_.file("copy.db"), directory_.file("store.db"), true));
  store = open();
  const Revision jumped = store->revision().value();
  EXPECT_GT(jumped, last);
  store.reset();
  EXPECT_EQ(open()->revision().value(), jumped) << "jumps once only";
}

TEST_F(SqliteBackUp, ReplacesNothing) {
  const auto store = open();
  write_bytes("copy.db", "precious");
  const Status copied = store->back_up(directory_.file("copy.db"));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Code::exists);
  EXPECT_EQ(bytes_of("copy.db"), "precious");
}

TEST_F(SqliteBackUp, IsOneMomentWhileOthersWrite) {
  const auto store = open();
  std::atomic<bool> done = false;
  {
    std::jthread writer([&] {
      for (int i = 0; !done; ++i) {
        const std::string value = std::to_string(i) + std::string(2000, 'x');
        const auto outcome = store->commit(
            {.conditions = {}, .writes = {{.key = "left", .value = value}, {.key = "right", .value = value}}});
        EXPECT_TRUE(outcome);
      }
    });
    while (!store->get("left"))
      std::this_thread::yield();
    for (int i = 0; i < 10; ++i)
      EXPECT_TRUE(store->back_up(directory_.file("copy" + std::to_string(i))));
    done = true;
  }
  for (int i = 0; i < 10; ++i) {
    const auto copy = open("copy" + std::to_string(i));
    EXPECT_EQ(copy->get("left").value().value, copy->get("right").value().value);
  }
}

TEST_F(SqliteBackUp, LeavesNothingBehindWhereItCannotWrite) {
  const auto store = open();
  const Status copied = store->back_up(directory_.file("missing/copy.db"));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Code::not_found);
}

TEST_F(SqliteBackUp, LeavesNothingBehindWhenAStepFails) {
  for (const test::FileCall call : {test::FileCall::sync, test::FileCall::rename}) {
    test::FaultyFileSystem files(os::real_file_system());
    RevisionFloor floor(os::real_file_system(), directory_.file("floor"));
    auto store =
        SqliteStore::open({.path = directory_.file("faulty.db")}, floor, files, os::real_clock(), os::real_random());
    ASSERT_TRUE(store);
    files.fail_call(call, 1, Code::no_space);
    const Status copied = (*store)->back_up(directory_.file("copy.db"));
    ASSERT_FALSE(copied);
    EXPECT_EQ(copied.error().code, Code::no_space);
    EXPECT_TRUE(files.unreached_faults().empty());
    const auto names = os::real_file_system().list(directory_.path());
    ASSERT_TRUE(names);
    for (const std::string& name : *names)
      EXPECT_FALSE(name.starts_with("copy")) << name;
  }
}

}  // namespace
}  // namespace holdfast::store
