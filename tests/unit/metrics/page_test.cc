#include "metrics/page.h"

#include <gtest/gtest.h>

namespace holdfast::metrics {
namespace {

TEST(Page, WritesNameHelpTypeAndSamples) {
  Page page;
  page.family(Type::gauge, "holdfast_clusters", "How many clusters there are.");
  page.sample({{"seed", "europe"}}, 3);

  EXPECT_EQ(page.take(),
            "# HELP holdfast_clusters How many clusters there are.\n"
            "# TYPE holdfast_clusters gauge\n"
            "holdfast_clusters{seed=\"europe\"} 3\n");
}

TEST(Page, KeepsFamiliesInOrderAndApart) {
  Page page;
  page.number(Type::counter, "b_total", "B.", 1);
  page.number(Type::gauge, "a", "A.", 2);

  const std::string text = page.take();

  EXPECT_LT(text.find("b_total 1\n"), text.find("# HELP a A."));
  EXPECT_NE(text.find("# TYPE b_total counter"), std::string::npos);
}

TEST(Page, AFamilyWithoutSamplesIsThereAllTheSame) {
  Page page;
  page.family(Type::gauge, "empty", "Nothing yet.");

  EXPECT_EQ(page.take(), "# HELP empty Nothing yet.\n# TYPE empty gauge\n");
}

TEST(Page, LabelsMayHoldAnything) {
  Page page;
  page.family(Type::gauge, "a", "A.");
  page.sample({{"name", "x\"y\\z\nw"}}, 1);

  EXPECT_NE(page.take().find(R"(a{name="x\"y\\z\nw"} 1)"), std::string::npos);
}

TEST(Page, WritesTimesAndSizesToTheLastDigit) {
  Page page;
  page.number(Type::gauge, "time", "T.", 1795257600);
  page.number(Type::gauge, "size", "S.", 9007199254740991);

  const std::string text = page.take();

  EXPECT_NE(text.find("time 1795257600\n"), std::string::npos) << text;
  EXPECT_NE(text.find("size 9007199254740991\n"), std::string::npos) << text;
}

TEST(Page, IsEmptyAfterItWasTaken) {
  Page page;
  page.number(Type::gauge, "a", "A.", 1);
  page.take();

  EXPECT_EQ(page.take(), "");
}

}  // namespace
}  // namespace holdfast::metrics
