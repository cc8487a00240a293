// The store in SQLite on disks that refuse: a limit on file sizes, missing rights.
#include <cstdlib>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "integration/store_writer_process.h"

#include "os/clock.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

std::unique_ptr<store::SqliteStore> open_store(const TempDir& directory, store::RevisionFloor& floor) {
  auto opened = store::SqliteStore::open({.path = directory.file("store.db")}, floor, os::real_file_system(),
                                         os::real_clock(), os::real_random());
  EXPECT_TRUE(opened) << opened.error().to_string();
  return opened ? std::move(*opened) : nullptr;
}

TEST(StoreOnAFullDisk, SaysSoLosesNothingAndGoesOnWhenThereIsRoom) {
  const TempDir directory;
  StoreWriterProcess writer({directory.path(), "limit", "600000"});
  EXPECT_EQ(writer.wait(), 0);
  int failed = 0;
  std::vector<std::string> acknowledged;
  for (const std::string& line : writer.lines()) {
    if (!line.starts_with("failed")) {
      acknowledged.push_back(line);
      continue;
    }
    ++failed;
    EXPECT_THAT(line, HasSubstr("NO_SPACE"));
  }
  EXPECT_EQ(failed, 4);
  EXPECT_GT(acknowledged.size(), 20U);

  store::RevisionFloor floor(os::real_file_system(), directory.file("revision-floor"));
  const auto store = open_store(directory, floor);
  for (const std::string& line : acknowledged) {
    int thread = 0;
    int number = 0;
    store::Revision revision = 0;
    ASSERT_EQ(std::sscanf(line.c_str(), "%d %d %ld", &thread, &number, &revision), 3) << line;
    const auto entry = store->get(fmt::format("a/{}/{:07}", thread, number));
    ASSERT_TRUE(entry) << line;
    EXPECT_EQ(entry->modified, revision);
  }
  EXPECT_EQ(store->list({.prefix = "a/"}).value().entries.size(), store->list({.prefix = "b/"}).value().entries.size());
  EXPECT_TRUE(store->commit({.conditions = {}, .writes = {{.key = "more", .value = "x"}}}));
}

TEST(StoreWithoutRights, RefusesToOpen) {
  const TempDir directory;
  {
    store::RevisionFloor floor(os::real_file_system(), directory.file("revision-floor"));
    open_store(directory, floor);
  }
  // Root may write everything, so there the files belong to nobody, and nobody tries.
  const std::string owner = ::geteuid() == 0 ? "chown -R 65534:65534 " + directory.path() + " && " : "";
  ASSERT_EQ(std::system((owner + "chmod 400 " + directory.file("store.db")).c_str()), 0);
  StoreWriterProcess writer({directory.path(), "nobody"});
  EXPECT_EQ(writer.wait(), exit_code(Code::refused));
  EXPECT_THAT(writer.lines().at(0), HasSubstr("open REFUSED"));
}

}  // namespace
}  // namespace holdfast::test
