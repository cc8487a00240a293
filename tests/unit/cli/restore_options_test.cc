#include "cli/restore_options.h"

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

std::string error_of(const RestoreFlags& flags) {
  const auto options = restore_options(flags);
  EXPECT_FALSE(options);
  if (options) return "";
  EXPECT_EQ(options.error().code, Code::usage);
  return options.error().to_string();
}

TEST(RestoreOptionsTest, the_defaults_are_those_of_etcdutl) {
  const auto options = restore_options({});
  ASSERT_TRUE(options);
  ASSERT_EQ(options->targets.size(), 1U);
  EXPECT_EQ(options->targets[0].name, "default");
  EXPECT_EQ(options->targets[0].data_dir, "default.etcd");
  EXPECT_EQ(options->targets[0].wal_dir, "");
  // What etcdutl 3.5 gives these defaults.
  EXPECT_EQ(options->membership.cluster_id, 0xcdf818194e3a8c32U);
  EXPECT_EQ(options->membership.members[0].id, 0x8e9e05c52164694dU);
}

TEST(RestoreOptionsTest, a_name_outside_the_cluster_is_refused) {
  EXPECT_THAT(error_of({.name = "m1"}), HasSubstr("has no member \"m1\""));
}

TEST(RestoreOptionsTest, peer_urls_may_be_left_out_but_not_wrong) {
  RestoreFlags flags{.name = "m1", .initial_cluster = "m1=http://10.0.0.1:2380,m2=http://10.0.0.2:2380"};
  EXPECT_TRUE(restore_options(flags));
  flags.initial_advertise_peer_urls = "http://10.0.0.1:2380";
  EXPECT_TRUE(restore_options(flags));
  flags.initial_advertise_peer_urls = "http://10.0.0.9:2380";
  EXPECT_FALSE(restore_options(flags));
}

TEST(RestoreOptionsTest, several_members_get_their_directories) {
  const auto options = restore_options(
      {.initial_cluster = "m1=http://10.0.0.1:2380,m2=http://10.0.0.2:2380", .members = {"m1=/r/one", "m2=/r/a=b"}});
  ASSERT_TRUE(options);
  ASSERT_EQ(options->targets.size(), 2U);
  EXPECT_EQ(options->targets[1].name, "m2");
  EXPECT_EQ(options->targets[1].data_dir, "/r/a=b");
}

TEST(RestoreOptionsTest, a_member_without_a_directory_is_refused) {
  EXPECT_THAT(error_of({.members = {"m1"}}), HasSubstr("not a name and a directory"));
  EXPECT_THAT(error_of({.members = {"=x"}}), HasSubstr("not a name and a directory"));
}

TEST(RestoreOptionsTest, one_member_and_several_cannot_be_combined) {
  EXPECT_THAT(error_of({.data_dir = "/x", .members = {"default=/y"}}), HasSubstr("cannot be combined"));
}

}  // namespace
}  // namespace holdfast::cli
