// A store in SQLite in a directory of its own, for tests that know its files.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/random.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temp_dir.h"

namespace holdfast::store {

class SqliteFixture : public testing::Test {
 protected:
  Result<std::unique_ptr<SqliteStore>> try_open(const std::string& name = "store.db", std::uint64_t max_bytes = 0) {
    floor_ = std::make_unique<RevisionFloor>(os::real_file_system(), directory_.file("revision-floor"));
    return SqliteStore::open({.path = directory_.file(name), .max_bytes = max_bytes}, *floor_, os::real_file_system(),
                             os::real_clock(), os::real_random());
  }
  std::unique_ptr<SqliteStore> open(const std::string& name = "store.db", std::uint64_t max_bytes = 0) {
    auto store = try_open(name, max_bytes);
    EXPECT_TRUE(store) << store.error().to_string();
    return store ? std::move(*store) : nullptr;
  }
  static Result<Outcome> try_put(Store& store, const std::string& key, const std::string& value) {
    return store.commit({.conditions = {}, .writes = {{.key = key, .value = value}}});
  }
  static Revision put(Store& store, const std::string& key, const std::string& value) {
    const auto outcome = try_put(store, key, value);
    EXPECT_TRUE(outcome) << outcome.error().to_string();
    return outcome ? outcome->revision : 0;
  }
  std::string bytes_of(const std::string& name) {
    const auto bytes = os::read_file(os::real_file_system(), directory_.file(name), 64 * kMiB);
    return bytes ? std::string(as_text(*bytes)) : "(none)";
  }
  void write_bytes(const std::string& name, const std::string& bytes) {
    EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), directory_.file(name), as_bytes(bytes)));
  }
  // Runs SQL on a file that no store has open.
  void edit(const std::string& name, const std::string& sql) {
    auto database = sqlite::Connection::open(directory_.file(name), sqlite::Connection::Access::read_write);
    ASSERT_TRUE(database) << database.error().to_string();
    const Status done = database->execute(sql);
    EXPECT_TRUE(done) << done.error().to_string();
  }

  test::TempDir directory_;
  std::unique_ptr<RevisionFloor> floor_;
};

}  // namespace holdfast::store
