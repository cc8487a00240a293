#include "server/row_cache.h"

#include <gtest/gtest.h>

#include "server/kind_tables.h"
#include "unit/registry/registry_support.h"

namespace holdfast::test {
namespace {

class Rows : public testing::Test, public RegistryFixture {
 protected:
  Rows() {
    for (const char* name : {"a", "b"})
      create("project", "",
             fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Project","metadata":{{"name":"{}"}},
                 "spec":{{"name":"x"}}}})",
                         name));
  }

  std::string list(server::RowCache& rows) {
    std::string text;
    const api::Kind& project = kind("project");
    const auto listed = registry->list_undecoded(project, {}, [&](const registry::Listed& each) {
      return rows.append(text, each, tables_.of(project), os::real_clock().now());
    });
    EXPECT_TRUE(listed);
    return text;
  }

  const server::KindTables tables_ = server::KindTables::create(kinds).value();
};

TEST_F(Rows, AreKeptOnceForEachObject) {
  server::RowCache rows;
  list(rows);
  const std::size_t bytes = rows.bytes();
  list(rows);
  EXPECT_GT(bytes, 0U);
  EXPECT_EQ(rows.bytes(), bytes);
}

TEST_F(Rows, OfAnObjectThatChangedTakeThePlaceOfTheOld) {
  server::RowCache rows;
  list(rows);
  const std::size_t bytes = rows.bytes();
  for (const char* name : {"y", "z"}) {
    const auto change = [&](const json::Value& before) -> api::ApiResult<json::Value> {
      json::Value after = before;
      after.at("spec").as_object()["name"] = name;
      return after;
    };
    ASSERT_TRUE(registry->update(kind("project"), {.name_space = "", .name = "a"}, change, {.manager = "holdfast"}));
    list(rows);
  }
  EXPECT_LT(rows.bytes(), bytes * 3 / 2);
}

TEST_F(Rows, AreThoseOfTheWholeObjects) {
  make_namespace("cluster-c1");
  const api::Kind& backups = kind("backup");
  registry::WriteOptions options{.manager = "holdfast", .by_server = true};
  options.status = parse(
      R"({"phase":"Damaged","message":"a \"quoted\" {word}","takenTime":"2026-11-21T03:00:00Z","sizeText":"1 MB",
          "revision":7,"keptBecause":["one of the last 5","pinned"],"recipients":["age1one"]})");
  const auto made = registry->create(
      backups, "cluster-c1",
      parse(R"({"apiVersion":"holdfast.dev/v1","kind":"Backup","metadata":{"name":"daily","labels":{"a":"b"}},
          "spec":{"cluster":"c1","config":"daily","destination":"d1","objectKey":"c1-daily.db","pinned":true}})"),
      options);
  ASSERT_TRUE(made) << made.error().message;
  const api::TableWriter& table = tables_.of(backups);
  const WallTime now = os::real_clock().now();
  server::RowCache rows;
  std::string row;
  std::string whole;

  ASSERT_TRUE(registry->list_undecoded(
      backups, {}, [&](const registry::Listed& each) { return rows.append(row, each, table, now); }));
  ASSERT_TRUE(registry->list(backups, {}, [&](const json::Value& each) {
    table.append_row(whole, each, api::IncludeObject::metadata, "v1", now);
  }));

  ASSERT_NE(table.looked_at(), nullptr);
  EXPECT_EQ(row, whole);
  EXPECT_NE(row.find("one of the last 5"), std::string::npos);
}

TEST_F(Rows, AreCompleteWithoutRoomForThem) {
  server::RowCache none(0);
  server::RowCache some;
  list(some);
  EXPECT_EQ(list(none), list(some));
}

}  // namespace
}  // namespace holdfast::test
