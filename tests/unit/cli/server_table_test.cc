#include "cli/resources/server_table.h"

#include <sstream>

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

json::Value table() {
  const auto value = json::parse(
      R"({"kind":"Table","columnDefinitions":[{"name":"Name","format":"name","priority":0},{"name":"Keep","priority":0},
          {"name":"Note","priority":1}],
          "rows":[{"cells":["daily",5,"long\u001b"],"object":{"metadata":{"namespace":"n1"}}},
                  {"cells":["weekly",null,""],"object":{"metadata":{"namespace":"n2"}}}]})",
      2000);
  return value ? *value : json::Value();
}

std::string printed(TableShape shape) {
  std::ostringstream out;
  ServerTable(table(), std::move(shape)).table().print(out);
  return out.str();
}

TEST(ServerTable, shows_the_important_columns) {
  EXPECT_EQ(printed({}), "NAME     KEEP\ndaily    5\nweekly   <none>\n");
}

TEST(ServerTable, wide_shows_all_and_lets_nothing_through_to_the_terminal) {
  EXPECT_EQ(printed({.wide = true}), "NAME     KEEP     NOTE\ndaily    5        long?\nweekly   <none>   <none>\n");
}

TEST(ServerTable, namespaces_and_kinds_stand_in_front) {
  EXPECT_EQ(printed({.with_namespace = true, .prefix = "k/"}),
            "NAMESPACE   NAME       KEEP\nn1          k/daily    5\nn2          k/weekly   <none>\n");
}

TEST(ServerTable, rows_can_be_put_into_the_order_of_their_making) {
  const auto answer = json::parse(
      R"({"kind":"Table","columnDefinitions":[{"name":"Name","format":"name","priority":0}],"rows":[
          {"cells":["new"],"object":{"metadata":{"creationTimestamp":"2026-11-21T10:00:05Z"}}},
          {"cells":["same"],"object":{"metadata":{"creationTimestamp":"2026-11-21T10:00:05Z"}}},
          {"cells":["old"],"object":{"metadata":{"creationTimestamp":"2026-11-21T09:00:05Z"}}}]})",
      2000);
  ASSERT_TRUE(answer);
  ServerTable sorted(*answer, {});

  sorted.sort_by_creation();

  std::ostringstream out;
  sorted.table().print(out);
  EXPECT_EQ(out.str(), "NAME\nold\nnew\nsame\n");
}

TEST(ServerTable, what_is_no_table_has_no_rows) {
  EXPECT_TRUE(ServerTable(json::Object{{"kind", "Status"}}, {}).empty());
}

}  // namespace
}  // namespace holdfast::cli
