#include "snapshot/membership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::snapshot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Membership parsed(std::string_view cluster, std::string_view token = "etcd-cluster") {
  auto result = parse_membership(cluster, token);
  EXPECT_TRUE(result) << result.error().to_string();
  return result ? *result : Membership{};
}

Error error_of(std::string_view cluster) {
  auto result = parse_membership(cluster, "etcd-cluster");
  EXPECT_FALSE(result) << cluster;
  return result ? Error{} : result.error();
}

TEST(Membership, HasTheIdsThatEtcdutlComputesForOneMember) {
  const Membership membership = parsed("m1=http://127.0.0.1:23180", "tok1");

  ASSERT_EQ(membership.members.size(), 1U);
  EXPECT_EQ(membership.members[0].id, 0xe9008666ccff4e58U);
  EXPECT_EQ(membership.cluster_id, 0x91dee5d377759980U);
}

TEST(Membership, HasTheIdsThatEtcdutlComputesForThreeMembersInAscendingOrder) {
  const Membership membership =
      parsed("m1=http://127.0.0.1:23181,m2=http://127.0.0.1:23182,m3=http://127.0.0.1:23183", "tokc");

  ASSERT_EQ(membership.members.size(), 3U);
  EXPECT_EQ(membership.members[0].name, "m1");
  EXPECT_EQ(membership.members[0].id, 0x18b07db0adac0a75U);
  EXPECT_EQ(membership.members[1].name, "m3");
  EXPECT_EQ(membership.members[1].id, 0x3a48d47df7f88334U);
  EXPECT_EQ(membership.members[2].name, "m2");
  EXPECT_EQ(membership.members[2].id, 0xf6f65cf5fb18d803U);
  EXPECT_EQ(membership.cluster_id, 0x362b9c3c562ee0c1U);
}

TEST(Membership, GathersAndSortsTheUrlsOfAMemberNamedTwice) {
  const Membership membership = parsed("a=http://10.0.0.2:2380,b=https://10.0.0.3:2380,a=http://10.0.0.1:2380");

  ASSERT_NE(membership.find("a"), nullptr);
  EXPECT_THAT(membership.find("a")->peer_urls, ElementsAre("http://10.0.0.1:2380", "http://10.0.0.2:2380"));
  EXPECT_THAT(membership.find("b")->peer_urls, ElementsAre("https://10.0.0.3:2380"));
  EXPECT_EQ(membership.find("c"), nullptr);
}

TEST(Membership, IdsDoNotDependOnTheOrderOfTheEntries) {
  const Membership one = parsed("a=http://10.0.0.1:2380,b=http://10.0.0.2:2380");
  const Membership other = parsed("b=http://10.0.0.2:2380,,a=http://10.0.0.1:2380,");

  EXPECT_EQ(one.cluster_id, other.cluster_id);
}

TEST(Membership, LowersTheSchemeAndTrimsTheUrl) {
  EXPECT_THAT(parsed("a= HTTPS://Host:2380 ").members[0].peer_urls, ElementsAre("https://Host:2380"));
}

TEST(Membership, AcceptsIpv6AndUnixSockets) {
  EXPECT_THAT(parsed("a=http://[::1]:2380").members[0].peer_urls, ElementsAre("http://[::1]:2380"));
  EXPECT_THAT(parsed("a=http://[fe80::1%25eth0]:2380").members[0].peer_urls,
              ElementsAre("http://[fe80::1%25eth0]:2380"));
  EXPECT_THAT(parsed("a=unix:///run/etcd.sock").members[0].peer_urls, ElementsAre("unix:///run/etcd.sock"));
}

TEST(Membership, RefusesWhatEtcdRefusesAndNamesTheEntry) {
  EXPECT_THAT(error_of("").message, HasSubstr("no member"));
  EXPECT_THAT(error_of("http://10.0.0.1:2380").message, HasSubstr("http://10.0.0.1:2380"));
  EXPECT_THAT(error_of("=http://10.0.0.1:2380").message, HasSubstr("no member name"));
  EXPECT_THAT(error_of("a=").message, HasSubstr("scheme"));
  EXPECT_THAT(error_of("a=10.0.0.1:2380").message, HasSubstr("scheme"));
  EXPECT_THAT(error_of("a=ftp://10.0.0.1:2380").message, HasSubstr("ftp"));
  EXPECT_THAT(error_of("a=http://10.0.0.1").message, HasSubstr("host:port"));
  EXPECT_THAT(error_of("a=http://[::1]").message, HasSubstr("host:port"));
  EXPECT_THAT(error_of("a=http://10.0.0.1:").message, HasSubstr("port"));
  EXPECT_THAT(error_of("a=http://10.0.0.1:99999").message, HasSubstr("port"));
  EXPECT_THAT(error_of("a=http://10.0.0.1:2380/").message, HasSubstr("path"));
  EXPECT_THAT(error_of("a=http://::1:2380").message, HasSubstr("host"));
  EXPECT_THAT(error_of("a=http://u:p@h:2380").message, HasSubstr("host"));
  EXPECT_THAT(error_of("a=http://h:2380,b=http://h:2380").message, HasSubstr("twice"));
  EXPECT_EQ(error_of("a=http://h:2380,b=http://h:2380").code, Code::usage);
}

TEST(Membership, RefusesNamesThatWouldNotMatchLater) {
  EXPECT_THAT(error_of("a=http://h:1, b=http://h:2").message, HasSubstr("white space"));
  EXPECT_EQ(error_of("a\n=http://h:1").code, Code::usage);
  EXPECT_THAT(error_of("a\x01z=http://h:1").message, HasSubstr("control character"));
  EXPECT_THAT(error_of("a\xffz=http://h:1").message, HasSubstr("UTF-8"));
}

TEST(Membership, RefusesTwoMembersWithTheSameId) {
  // Ids are digests of the URLs run together, so that two URLs can make the same text as one.
  EXPECT_THAT(error_of("x=unix:///a,x=unix:///b,y=unix:///aunix:///b").message, HasSubstr("repeated id"));
}

TEST(AdvertisedUrls, AgreeInAnyOrderAndSpelling) {
  const Membership membership = parsed("a=http://10.0.0.1:2380,a=http://10.0.0.2:2380");

  EXPECT_TRUE(check_advertised(membership, "a", "HTTP://10.0.0.2:2380, http://10.0.0.1:2380"));
}

TEST(AdvertisedUrls, ThatDifferAreNamedOnBothSides) {
  const Membership membership = parsed("a=http://10.0.0.1:2380");

  const auto status = check_advertised(membership, "a", "http://10.0.0.9:2380");

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::usage);
  EXPECT_THAT(status.error().message, HasSubstr("10.0.0.9"));
  EXPECT_THAT(status.error().message, HasSubstr("10.0.0.1"));
  EXPECT_THAT(status.error().hint, HasSubstr("--initial-advertise-peer-urls"));
}

TEST(AdvertisedUrls, OfAnUnknownMemberAreRefused) {
  const auto status = check_advertised(parsed("a=http://10.0.0.1:2380"), "b", "http://10.0.0.1:2380");

  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("b"));
}

}  // namespace
}  // namespace holdfast::snapshot
