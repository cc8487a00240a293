#include "control/events/event_object.h"

#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "api/kind.h"
#include "api/names.h"
#include "api/object.h"
#include "control/events/expiries.h"

namespace holdfast::control {
namespace {

const Instant kNow = at("2026-11-21T10:00:00Z");
constexpr Seconds kTtl{3600};

Happening of_config() {
  return {.type = kConfigType,
          .about = {.name_space = "cluster-prod", .name = "daily"},
          .uid = "e1",
          .warning = true,
          .reason = "BackupFailed",
          .message = "no such bucket"};
}

TEST(EventObject, IsWhatTheApiTakes) {
  const json::Value event = new_event(of_config(), {.key = "k", .message = "no such bucket"}, "server-1", kNow);
  const api::Kinds kinds = api::Kinds::load().value();
  const auto decoded = api::decode_value(*kinds.find_kind("v1", "Event"), event);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->unknown_fields.empty());
  EXPECT_EQ(api::text_at(event, {"involvedObject", "kind"}), "EtcdBackupConfig");
  EXPECT_EQ(api::text_at(event, {"involvedObject", "namespace"}), "cluster-prod");
  EXPECT_EQ(api::text_at(event, {"involvedObject", "uid"}), "e1");
  EXPECT_EQ(api::text_at(event, {"type"}), "Warning");
  EXPECT_EQ(number_at(event, {"count"}), 1);
  EXPECT_TRUE(api::is_dns_subdomain(name_of(event)));
}

TEST(EventObject, OfAClusterLiesInItsNamespaceAndOfOthersInDefault) {
  Happening happening = of_config();
  EXPECT_EQ(event_namespace(happening), "cluster-prod");
  happening.type = kClusterType;
  happening.about = {.name_space = "", .name = "prod"};
  EXPECT_EQ(event_namespace(happening), "cluster-prod");
  EXPECT_EQ(
      api::field_at(new_event(happening, {.key = "k", .message = ""}, "s", kNow), {"involvedObject", "namespace"}),
      nullptr);
  happening.type = kNamespaceType;
  EXPECT_EQ(event_namespace(happening), "default");
}

TEST(EventObject, CountsOnAndBeginsAnewWhenItHadExpired) {
  const json::Value first = new_event(of_config(), {.key = "k", .message = "a"}, "s", kNow);
  const json::Value second = counted(first, {.key = "k", .message = "b"}, kNow + Seconds(60), kTtl);
  EXPECT_EQ(number_at(second, {"count"}), 2);
  EXPECT_EQ(api::text_at(second, {"message"}), "b");
  EXPECT_EQ(api::text_at(second, {"firstTimestamp"}), "2026-11-21T10:00:00Z");
  EXPECT_EQ(api::text_at(second, {"lastTimestamp"}), "2026-11-21T10:01:00Z");
  const json::Value later = counted(second, {.key = "k", .message = "c"}, kNow + Seconds(60) + kTtl, kTtl);
  EXPECT_EQ(number_at(later, {"count"}), 1);
  EXPECT_EQ(api::text_at(later, {"firstTimestamp"}), "2026-11-21T11:01:00Z");
}

TEST(EventObject, HasAShortNameAndMessageWhateverItIsAbout) {
  Happening happening = of_config();
  happening.about.name = std::string(235, 'a') + ".-" + std::string(16, 'b');
  EXPECT_TRUE(api::is_dns_subdomain(event_name(happening, "k")));
  const json::Value event = new_event(happening, {.key = "k", .message = std::string(5000, 'x')}, "s", kNow);
  EXPECT_LE(api::text_at(event, {"message"}).size(), kMostEventMessage);
}

TEST(EventObject, CutsNoCharacterInTwo) {
  EXPECT_EQ(shortened("short", 10), "short");
  EXPECT_EQ(shortened("äääääää", 8), "ää…");
  EXPECT_EQ(shortened("äääääää", 7), "ää…");
  EXPECT_EQ(shortened("äääääää", 6), "ä…");
}

TEST(EventObject, KnowsWhenItHappenedLastWhoeverWroteIt) {
  const auto event = json::parse(R"({"metadata":{"creationTimestamp":"2026-11-21T09:00:00Z"},
      "eventTime":"2026-11-21T09:30:00.123456Z","series":{"lastObservedTime":"2026-11-21T09:40:00Z"}})",
                                 1000)
                         .value();
  EXPECT_EQ(last_time(event), at("2026-11-21T09:40:00Z"));
}

TEST(Expiries, GivesWhatIsDueOnceAndForgetsWhatWasRemoved) {
  using Ids = std::vector<registry::ObjectId>;
  Expiries expiries;
  expiries.put({.name_space = "n", .name = "a"}, kNow);
  expiries.put({.name_space = "n", .name = "b"}, kNow - Seconds(1));
  expiries.put({.name_space = "n", .name = "c"}, kNow + Seconds(1));
  expiries.put({.name_space = "n", .name = "d"}, kNow);
  expiries.put({.name_space = "n", .name = "a"}, kNow + Seconds(5));
  expiries.remove({.name_space = "n", .name = "d"});
  EXPECT_EQ(expiries.size(), 3U);
  EXPECT_EQ(expiries.take(kNow, 10), (Ids{{.name_space = "n", .name = "b"}}));
  EXPECT_EQ(expiries.next(), kNow + Seconds(1));
  EXPECT_EQ(expiries.take(kNow + Seconds(9), 1), (Ids{{.name_space = "n", .name = "c"}}));
  EXPECT_EQ(expiries.take(kNow + Seconds(9), 10), (Ids{{.name_space = "n", .name = "a"}}));
  EXPECT_EQ(expiries.next(), std::nullopt);
}

}  // namespace
}  // namespace holdfast::control
