#include "server/monitor/object_figures.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/monitor/object_summary.h"
#include "unit/server/failing_store.h"
#include "unit/server/server_fixture.h"

namespace holdfast::test {
namespace {

std::string cluster_text(int number) {
  return fmt::format(
      R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{{"name":"c{}"}},"spec":{{}}}})", number);
}

class Figures : public testing::Test, public RegistryFixture {
 protected:
  Figures() : hub(registry::WatchHub::start(*store, kinds, os::real_clock()).value()), figures(*registry, *hub) {}

  std::size_t clusters() {
    std::size_t count = 0;
    const Status read =
        figures.read([&](const server::ObjectTable& table) { count = server::summarize(table).clusters.size(); });
    EXPECT_TRUE(read) << read.error().to_string();
    return count;
  }
  bool comes_to(std::size_t wanted) {
    for (int i = 0; i < 2000 && clusters() != wanted; ++i)
      os::real_clock().sleep_for(std::chrono::milliseconds(5), {});
    return clusters() == wanted;
  }

  std::unique_ptr<registry::WatchHub> hub;
  server::ObjectFigures figures;
};

TEST_F(Figures, BeginWithWhatIsThere) {
  create("clusters", "", cluster_text(1));
  create("clusters", "", cluster_text(2));

  EXPECT_EQ(clusters(), 2U);
}

TEST_F(Figures, FollowWhatChanges) {
  create("clusters", "", cluster_text(1));
  ASSERT_EQ(clusters(), 1U);

  create("clusters", "", cluster_text(2));
  EXPECT_TRUE(comes_to(2));
  ASSERT_TRUE(registry->remove(kind("clusters"), {.name_space = "", .name = "c1"}, {}));
  EXPECT_TRUE(comes_to(1));
}

TEST(FiguresWithoutStore, SayThatTheyCannotBeRead) {
  RegistryFixture fixture;
  FailingStore failing(*fixture.store);
  registry::Registry registry({.store = failing,
                               .kinds = fixture.kinds,
                               .sealer = fixture.sealer,
                               .clock = os::real_clock(),
                               .random = os::real_random(),
                               .hooks = {}});
  const auto hub = registry::WatchHub::start(failing, fixture.kinds, os::real_clock()).value();
  server::ObjectFigures figures(registry, *hub);
  failing.away = true;

  EXPECT_FALSE(figures.read([](const server::ObjectTable&) {}));
  failing.away = false;
  EXPECT_TRUE(figures.read([](const server::ObjectTable&) {}));
}

}  // namespace
}  // namespace holdfast::test
