#include "cli/table.h"

#include <sstream>

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

TEST(TableTest, columns_line_up) {
  Table table({{"NAME"}, {"SIZE", Table::Align::right}, {"STATE"}});
  table.add_row({"nightly", "5", "ok"});
  table.add_row({"ü", "1234567", "missing"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "NAME         SIZE   STATE\n"
            "nightly         5   ok\n"
            "ü         1234567   missing\n");
}

TEST(TableTest, a_cell_cannot_break_out_of_its_line) {
  Table table({{"NAME"}});
  table.add_row({"a\nb\033[2J"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "NAME\na?b?[2J\n");
}

TEST(TableTest, facts_stand_below_each_other) {
  FactSheet facts;
  facts.add("revision", "4711");
  facts.add("id", "x");
  std::ostringstream out;
  facts.print(out);
  EXPECT_EQ(out.str(), "revision   4711\nid         x\n");
}

}  // namespace
}  // namespace holdfast::cli
