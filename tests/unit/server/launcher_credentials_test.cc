#include "server/launcher_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "server/launcher_registration.h"

#include "api/fields.h"

namespace holdfast::server {
namespace {

using std::chrono::hours;

const WallTime kNow = parse_time("2026-11-22T09:00:00Z").value();

std::string digest(int number) {
  return fmt::format("{:064x}", number);
}

LauncherCredentials one() {
  return {{.sha256 = digest(1), .expires = kNow + hours(1)}};
}

TEST(LauncherCredentials, TheOldOneIsGoodUntilTheNewOneWasUsed) {
  const LauncherCredentials both = after_renewal(one(), 0, digest(2), kNow);

  EXPECT_EQ(find_credential(both, digest(1), kNow), 0U);
  EXPECT_EQ(find_credential(both, digest(2), kNow), 1U);
  EXPECT_EQ(after_use(both, 0), both);
  const LauncherCredentials left = after_use(both, 1);
  EXPECT_EQ(find_credential(left, digest(1), kNow), std::nullopt);
  EXPECT_EQ(find_credential(left, digest(2), kNow), 0U);
}

TEST(LauncherCredentials, AskingAgainChangesNothing) {
  const LauncherCredentials both = after_renewal(one(), 0, digest(2), kNow);

  EXPECT_EQ(after_renewal(both, 0, digest(2), kNow + hours(1)), both);
}

TEST(LauncherCredentials, ANextOneThatWasNeverUsedIsVoidWhenAnotherIsAskedFor) {
  const LauncherCredentials both = after_renewal(after_renewal(one(), 0, digest(2), kNow), 0, digest(3), kNow);

  EXPECT_EQ(find_credential(both, digest(2), kNow), std::nullopt);
  EXPECT_EQ(find_credential(both, digest(3), kNow), 1U);
}

TEST(LauncherCredentials, EachEndsAtItsTime) {
  EXPECT_EQ(find_credential(one(), digest(1), kNow + hours(1)), std::nullopt);
}

TEST(LauncherCredentials, AreReadAsTheyWereWritten) {
  const LauncherCredentials both = after_renewal(one(), 0, digest(2), kNow);
  const json::Value launcher = json::Object{{"status", json::Object{{"credentials", credentials_as_json(both)}}}};

  EXPECT_EQ(read_credentials(launcher), both);
  EXPECT_TRUE(read_credentials(json::Value()).empty());
}

// A launcher that keeps what it asked for before it asks, and may die or lose the answer anywhere, always has one that
// is good; never are more than two good.
TEST(LauncherCredentials, ALauncherIsNeverShutOut) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<bool, bool>>& steps) {
    LauncherCredentials there = one();
    int token = 1;
    int next = 0;  // 0: none was made
    int made = 1;
    for (const auto& [asked, answered] : steps) {
      const auto index = find_credential(there, digest(token), kNow);
      RC_ASSERT(index.has_value());
      there = after_use(there, *index);
      if (!asked) continue;
      if (next == 0) next = ++made;
      there = after_renewal(there, *find_credential(there, digest(token), kNow), digest(next), kNow);
      RC_ASSERT(there.size() <= 2U);
      if (answered) token = std::exchange(next, 0);
    }
    RC_ASSERT(find_credential(there, digest(token), kNow).has_value());
  }));
}

LauncherRegistration registration(std::string id = "machine-1", int token = 1) {
  return {.cluster = "prod", .name = "etcd-1", .member = "etcd-1", .id = std::move(id), .sha256 = digest(token)};
}

TEST(LauncherRegistration, MakesALauncher) {
  const auto made = registered(nullptr, registration(), kNow);

  ASSERT_TRUE(made && *made);
  EXPECT_EQ(api::text_at(**made, {"metadata", "namespace"}), "cluster-prod");
  EXPECT_EQ(api::text_at(**made, {"spec", "member"}), "etcd-1");
  EXPECT_EQ(find_credential(read_credentials(**made), digest(1), kNow), 0U);
}

TEST(LauncherRegistration, SaidTwiceChangesNothing) {
  const json::Value before = *registered(nullptr, registration(), kNow).value();

  const auto again = registered(&before, registration(), kNow + hours(1));

  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST(LauncherRegistration, TheSameMachineReplacesItsCredential) {
  const json::Value before = *registered(nullptr, registration(), kNow).value();

  const json::Value after = *registered(&before, registration("machine-1", 2), kNow).value();

  EXPECT_EQ(find_credential(read_credentials(after), digest(1), kNow), std::nullopt);
  EXPECT_EQ(find_credential(read_credentials(after), digest(2), kNow), 0U);
  EXPECT_EQ(api::field_at(after, {"status", "registrations"})->to_number<int>(), 2);
}

TEST(LauncherRegistration, AnotherMachineDoesNotTakeTheNameOver) {
  const json::Value before = *registered(nullptr, registration(), kNow).value();

  const auto refused = registered(&before, registration("machine-2", 2), kNow + hours(10000));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::exists);
  EXPECT_THAT(refused.error().hint, testing::HasSubstr("kubectl delete launcher etcd-1 -n cluster-prod"));
}

TEST(LauncherRegistration, SaysWhatIsMissing) {
  const auto of = [](const std::string& text) {
    return read_registration(json::parse(text, 10000).value(), "prod", "etcd-1");
  };
  EXPECT_FALSE(of("{}"));
  EXPECT_FALSE(of(R"({"spec":{"member":"m"}})"));
  EXPECT_FALSE(of(R"({"spec":{"member":"m"},"status":{"id":"i","credentials":[{"sha256":"short"}]}})"));
  EXPECT_TRUE(of(fmt::format(R"({{"spec":{{"member":"m"}},"status":{{"id":"i","credentials":[{{"sha256":"{}"}}]}}}})",
                             digest(1))));
}

}  // namespace
}  // namespace holdfast::server
