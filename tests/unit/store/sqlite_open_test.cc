// Whose file it is, who uses it, and where its revisions go on.
#include <gmock/gmock.h>

#include "unit/store/sqlite_fixture.h"

#include "store/sqlite/opening.h"
#include "store/sqlite/schema.h"

namespace holdfast::store {
namespace {

using testing::HasSubstr;

using SqliteOpen = SqliteFixture;

TEST_F(SqliteOpen, MakesItsFilesForTheOwnerAlone) {
  const auto store = open();
  put(*store, "a", "1");
  for (const char* name : {"store.db", "store.db-wal", "store.db-shm", "store.db.lock"}) {
    const auto info = os::real_file_system().stat(directory_.file(name));
    ASSERT_TRUE(info && *info) << name;
    EXPECT_EQ((*info)->mode, 0600U) << name;
  }
}

TEST_F(SqliteOpen, RefusesAFileThatOthersMayRead) {
  open().reset();
  ASSERT_EQ(std::system(("chmod 640 " + directory_.file("store.db")).c_str()), 0);
  const auto store = try_open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::refused);
  EXPECT_THAT(store.error().hint, HasSubstr("chmod 600"));
}

TEST_F(SqliteOpen, RefusesASecondServer) {
  const auto first = open();
  const auto second = try_open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::refused);
  EXPECT_THAT(second.error().message, HasSubstr("in use by another server"));
}

TEST_F(SqliteOpen, RefusesASecondServerByAnotherName) {
  const auto first = open();
  ASSERT_EQ(std::system(("ln -s store.db " + directory_.file("alias.db")).c_str()), 0);
  const auto second = try_open("alias.db");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::refused);
}

TEST_F(SqliteOpen, OpensAgainAfterItWasClosed) {
  open().reset();
  EXPECT_TRUE(try_open());
}

TEST_F(SqliteOpen, LeavesADatabaseOfAnotherProgramAlone) {
  write_bytes("store.db", "");
  edit("store.db", "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1);");
  const std::string before = bytes_of("store.db");
  const auto store = try_open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::refused);
  EXPECT_EQ(bytes_of("store.db"), before);
}

TEST_F(SqliteOpen, LeavesAFileOfANewerVersionAlone) {
  open().reset();
  edit("store.db", "PRAGMA user_version = 99");
  const std::string before = bytes_of("store.db");
  const auto store = try_open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::unsupported);
  EXPECT_THAT(store.error().to_string(), HasSubstr("format 99"));
  EXPECT_EQ(bytes_of("store.db"), before);
}

TEST_F(SqliteOpen, SaysThatAFileIsNoDatabase) {
  write_bytes("store.db", std::string(8192, 'x'));
  const auto store = try_open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::corrupt);
}

TEST_F(SqliteOpen, SaysThatTheDirectoryIsMissing) {
  const auto store = try_open("missing/store.db");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::not_found);
}

TEST_F(SqliteOpen, MarksItsFile) {
  open().reset();
  auto database = sqlite::Connection::open(directory_.file("store.db"), sqlite::Connection::Access::read_write);
  ASSERT_TRUE(database);
  EXPECT_EQ(database->number("PRAGMA application_id").value(), sqlite::kApplicationId);
  EXPECT_EQ(database->number("PRAGMA user_version").value(), sqlite::kSchemaVersion);
}

TEST_F(SqliteOpen, BeginsWithARevisionThatMeansNothingElse) {
  const auto store = open();
  EXPECT_EQ(store->list({}).value().revision, sqlite::kFirstRevision);
  EXPECT_GT(put(*store, "a", "1"), sqlite::kFirstRevision);
}

TEST_F(SqliteOpen, GoesOnWhereItWasAfterARestart) {
  auto store = open();
  const Revision last = put(*store, "a", "1");
  store.reset();
  store = open();
  EXPECT_EQ(store->revision().value(), last);
  EXPECT_EQ(put(*store, "a", "2"), last + 1);
}

TEST_F(SqliteOpen, JumpsAheadOfEverythingWhenAnOlderFileWasPutBack) {
  auto store = open();
  put(*store, "a", "1");
  store.reset();
  const std::string older = bytes_of("store.db");
  store = open();
  Revision last = 0;
  for (int i = 0; i < 5; ++i)
    last = put(*store, "a", "lost");
  store.reset();

  write_bytes("store.db", older);
  store = open();

  EXPECT_EQ(store->get("a").value().value, "1");
  EXPECT_GT(store->revision().value(), last);
  EXPECT_TRUE(store->events({.after = last}, {}, {}).value().expired);
  EXPECT_TRUE(store->events({.after = RevisionFloor::kStep}, {}, {}).value().expired);
  EXPECT_FALSE(store->list({.revision = 1}));
  const Revision next = store->revision().value();
  put(*store, "a", "2");
  const Events after = store->events({.after = next}, {}, {}).value();
  ASSERT_EQ(after.events.size(), 1U);
  EXPECT_EQ(after.events[0].previous->value, "1");
}

TEST_F(SqliteOpen, JumpsAheadWhenTheFileIsLostButNotItsFloor) {
  auto store = open();
  const Revision last = put(*store, "a", "1");
  store.reset();
  for (const char* end : {"", "-wal", "-shm"})
    ASSERT_TRUE(os::real_file_system().remove(directory_.file("store.db") + end));
  store = open();
  EXPECT_GT(store->revision().value(), last);
  EXPECT_TRUE(store->events({.after = last}, {}, {}).value().expired);
}

TEST_F(SqliteOpen, JumpsFarWhenTheFloorIsLost) {
  auto store = open();
  const Revision last = put(*store, "a", "1");
  store.reset();
  ASSERT_TRUE(os::real_file_system().remove(directory_.file("revision-floor")));
  store = open();
  EXPECT_GT(store->revision().value(), last + 1'000'000);
}

TEST_F(SqliteOpen, RefusesAFloorThatIsNotOurs) {
  write_bytes("revision-floor", "something else\n");
  const auto store = try_open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::corrupt);
}

TEST(GoOnFrom, StaysWhereItIsWhenNothingIsMissing) {
  EXPECT_EQ(sqlite::go_on_from(0, false, {}), 0);
  EXPECT_EQ(sqlite::go_on_from(50, false, {.reserved = 10'000, .reached = 50, .found = true}), 50);
  // Killed between the commit and the note of it.
  EXPECT_EQ(sqlite::go_on_from(51, false, {.reserved = 10'000, .reached = 50, .found = true}), 51);
}

TEST(GoOnFrom, GoesBeyondWhatWasReserved) {
  EXPECT_EQ(sqlite::go_on_from(49, false, {.reserved = 10'000, .reached = 50, .found = true}), 10'001);
  EXPECT_EQ(sqlite::go_on_from(50, true, {.reserved = 10'000, .reached = 50, .found = true}), 10'001);
}

TEST(GoOnFrom, GoesFarWhenTheFloorDoesNotKnowTheStore) {
  EXPECT_GT(sqlite::go_on_from(50, false, {}), 1'000'000);
  EXPECT_GT(sqlite::go_on_from(50'000, true, {.reserved = 10'000, .reached = 7, .found = true}), 1'000'000);
}

}  // namespace
}  // namespace holdfast::store
