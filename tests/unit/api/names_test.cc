#include "api/names.h"

#include <set>

#include <gtest/gtest.h>

#include "support/fixed_random.h"

namespace holdfast::api {
namespace {

TEST(Names, LabelsOfDns) {
  for (const std::string& good :
       {std::string("a"), std::string("cluster-zvc78xnnz7"), std::string("0"), std::string(63, 'a')})
    EXPECT_TRUE(is_dns_label(good)) << good;
  for (const std::string& bad : {std::string(), std::string("-a"), std::string("a-"), std::string("a.b"),
                                 std::string("A"), std::string("a_b"), std::string(64, 'a')})
    EXPECT_FALSE(is_dns_label(bad)) << bad;
}

TEST(Names, SubdomainsOfDns) {
  for (const std::string& good :
       {std::string("a"), std::string("a.b-c.d"), std::string(64, 'a'), std::string(253, 'a')})
    EXPECT_TRUE(is_dns_subdomain(good)) << good;
  for (const std::string& bad : {std::string(), std::string("."), std::string("a..b"), std::string("a."),
                                 std::string(".a"), std::string("a.-b"), std::string(254, 'a'), std::string("a\nb")})
    EXPECT_FALSE(is_dns_subdomain(bad)) << bad;
}

TEST(Names, QualifiedNames) {
  for (const std::string& good : {std::string("project-id"), std::string("kubermatic.k8c.io/cleanup_etcd.Backups"),
                                  std::string("a.b/") + std::string(63, 'x')})
    EXPECT_TRUE(is_qualified_name(good)) << good;
  for (const std::string& bad : {std::string(), std::string("/a"), std::string("a/"), std::string("a/b/c"),
                                 std::string("A/b"), std::string("a b"), std::string(64, 'x'), std::string("-a")})
    EXPECT_FALSE(is_qualified_name(bad)) << bad;
}

TEST(Names, ValuesOfLabels) {
  EXPECT_TRUE(is_label_value(""));
  EXPECT_TRUE(is_label_value("v1.2_x"));
  EXPECT_FALSE(is_label_value("-x"));
  EXPECT_FALSE(is_label_value("a/b"));
  EXPECT_FALSE(is_label_value(std::string(64, 'x')));
}

TEST(Names, KeysOfData) {
  EXPECT_TRUE(is_data_key("ACCESS_KEY_ID"));
  EXPECT_TRUE(is_data_key(".dockerconfigjson"));
  EXPECT_FALSE(is_data_key(".."));
  EXPECT_FALSE(is_data_key("a/b"));
  EXPECT_FALSE(is_data_key(""));
}

TEST(Names, GeneratedOnesHaveFiveLettersThatMakeNoWords) {
  test::FixedRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = generated_name("backup-", random);
    ASSERT_EQ(name.size(), 12U);
    EXPECT_TRUE(is_dns_label(name));
    EXPECT_EQ(name.find_first_not_of("bcdfghjklmnpqrstvwxz2456789", 7), std::string::npos) << name;
    seen.insert(name);
  }
  EXPECT_GT(seen.size(), 990U);
}

TEST(Names, GeneratedOnesFitIntoALabel) {
  test::FixedRandom random;
  const std::string name = generated_name(std::string(100, 'a'), random);
  EXPECT_EQ(name.size(), 63U);
  EXPECT_EQ(name.substr(0, 58), std::string(58, 'a'));
}

TEST(Names, UidsAreOfVersionFour) {
  test::FixedRandom random;
  const std::string uid = new_uid(random);
  ASSERT_EQ(uid.size(), 36U);
  EXPECT_EQ(uid[14], '4');
  EXPECT_NE(std::string("89ab").find(uid[19]), std::string::npos);
  EXPECT_NE(uid, new_uid(random));
}

}  // namespace
}  // namespace holdfast::api
