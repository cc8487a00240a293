#include "launcher/agent/launcher_facts.h"

#include <gtest/gtest.h>

#include "launcher/agent/host_facts.h"

#include "api/fields.h"
#include "api/kind.h"
#include "api/object.h"
#include "model/version.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

LauncherFacts facts() {
  return {.host = "etcd-1",
          .addresses = {"10.0.0.1"},
          .launcher_version = "1",
          .etcd_version = "3.5.16",
          .data_directory = "/var/lib/etcd",
          .mode = "child",
          .free_bytes = 1'000'000,
          .etcd_state = "Running",
          .etcd_message = "",
          .cluster_id = "1",
          .member_id = "2",
          .has_data = true,
          .staged = {"r1"},
          .before = {},
          .undone = {}};
}

const WallTime kNow = parse_time("2026-11-22T09:00:00Z").value();

TEST(LauncherFacts, AreWhatTheKindUnderstands) {
  const auto kinds = api::Kinds::load();
  ASSERT_TRUE(kinds);
  const json::Value launcher = json::Object{{"apiVersion", "holdfast.dev/v1"},
                                            {"kind", "Launcher"},
                                            {"metadata", json::Object{{"name", "etcd-1"}}},
                                            {"spec", json::Object{{"cluster", "prod"}, {"member", "etcd-1"}}},
                                            {"status", status_of(facts(), kNow)}};

  const auto decoded = api::decode_value(*kinds->find_kind("holdfast.dev/v1", "Launcher"), launcher);

  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->unknown_fields.empty()) << decoded->unknown_fields.front();
  EXPECT_EQ(api::text_at(decoded->object, {"status", "etcd", "state"}), "Running");
}

TEST(LauncherFacts, WhatIsNotKnownIsTakenBack) {
  const json::Object status = status_of({}, kNow);

  EXPECT_TRUE(status.at("mode").is_null());
  EXPECT_TRUE(status.at("freeBytes").is_null());
}

TEST(LauncherFacts, TooMuchOfOneThingIsCut) {
  LauncherFacts much = facts();
  much.addresses.assign(1000, "10.0.0.1");
  for (int i = 0; i < 3000; ++i)
    much.etcd_message += "é";
  const json::Value status = status_of(much, kNow);

  EXPECT_EQ(api::array_at(status, {"addresses"})->size(), 64U);
  const std::string_view message = api::text_at(status, {"etcd", "message"});
  EXPECT_EQ(message.size(), 4000U);
  EXPECT_EQ(message.substr(message.size() - 2), "é");
}

TEST(LauncherFacts, ALittleLessRoomIsNoNews) {
  LauncherFacts later = facts();
  later.free_bytes = 960'000;
  EXPECT_FALSE(is_news(facts(), later));
  later.free_bytes = 900'000;
  EXPECT_TRUE(is_news(facts(), later));
  later = facts();
  later.etcd_state = "Stopped";
  EXPECT_TRUE(is_news(facts(), later));
  EXPECT_FALSE(is_news(facts(), facts()));
}

TEST(HostFacts, SeeTheMachineAndTheDataDirectory) {
  const test::TempDir directory;
  HostFacts there(directory.path(), os::real_file_system());
  HostFacts gone(directory.file("none"), os::real_file_system());

  EXPECT_TRUE(there.look().has_data);
  EXPECT_FALSE(gone.look().has_data);
  EXPECT_GT(gone.look().free_bytes.value_or(0), 0U);
  EXPECT_EQ(there.look().launcher_version, kVersion);
}

}  // namespace
}  // namespace holdfast::launcher
