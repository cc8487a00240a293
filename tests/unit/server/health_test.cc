// What probes are told, while the store comes and goes.
#include "server/health.h"

#include <gtest/gtest.h>

#include "unit/server/failing_store.h"
#include "unit/server/server_fixture.h"

namespace holdfast::test {
namespace {

class Health : public testing::Test, public RegistryFixture {
 protected:
  Health() : failing(*store) {}

  http::ServerResponse ask(std::string_view word, bool verbose = false) {
    return server::health_answer(failing, word, verbose);
  }

  FailingStore failing;
};

TEST_F(Health, AllIsWell) {
  for (const std::string_view word : {"livez", "readyz", "healthz"}) {
    EXPECT_EQ(ask(word).status, 200) << word;
    EXPECT_EQ(ask(word).body, "ok") << word;
  }
}

TEST_F(Health, VerboselyEachCheckHasALine) {
  EXPECT_EQ(ask("livez", true).body, "[+]ping ok\nlivez check passed\n");
  EXPECT_EQ(ask("readyz", true).body, "[+]ping ok\n[+]store ok\nreadyz check passed\n");
  EXPECT_EQ(ask("healthz", true).body, "[+]ping ok\n[+]store ok\nhealthz check passed\n");
}

TEST_F(Health, WithoutItsStoreTheServerLivesButIsNotReady) {
  failing.away = true;

  EXPECT_EQ(ask("livez").status, 200);
  EXPECT_EQ(ask("readyz").status, 503);
  EXPECT_EQ(ask("healthz").status, 503);
  EXPECT_EQ(ask("readyz").body, "[+]ping ok\n[-]store failed\nreadyz check failed\n");
}

TEST_F(Health, StrangersDoNotLearnWhatIsWrongWithTheStore) {
  failing.away = true;

  EXPECT_EQ(ask("readyz", true).body.find("10.1.2.3"), std::string::npos);
}

TEST_F(Health, IsReadyAgainWhenTheStoreIsBack) {
  failing.away = true;
  ASSERT_EQ(ask("readyz").status, 503);

  failing.away = false;

  EXPECT_EQ(ask("readyz").status, 200);
}

class HealthPaths : public testing::Test, public ServerFixture {};

TEST_F(HealthPaths, AreAnsweredForEverybody) {
  EXPECT_EQ(ask({.target = "/readyz?verbose", .user = ""}).body, "[+]ping ok\n[+]store ok\nreadyz check passed\n");
  EXPECT_EQ(ask({.target = "/livez?verbose=1", .user = ""}).body, "[+]ping ok\nlivez check passed\n");
  EXPECT_EQ(ask({.target = "/healthz", .user = ""}).body, "ok");
}

}  // namespace
}  // namespace holdfast::test
