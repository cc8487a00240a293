#include "client/resource_kind.h"

#include <gmock/gmock.h>

#include "api/discovery.h"

namespace holdfast::client {
namespace {

using ::testing::HasSubstr;

// What the server really says.
const ResourceKinds& kinds() {
  static const ResourceKinds all = [] {
    const auto loaded = api::Kinds::load();
    EXPECT_TRUE(loaded);
    auto read = ResourceKinds::read(api::aggregated_discovery(*loaded, true, "v2"),
                                    api::aggregated_discovery(*loaded, false, "v2"));
    EXPECT_TRUE(read);
    return std::move(*read);
  }();
  return all;
}

std::string found(std::string_view word) {
  const auto kind = kinds().find(word);
  return kind ? kind->qualified_plural() : kind.error().message;
}

TEST(ResourceKinds, are_found_by_every_word_people_use) {
  for (const char* word : {"etcdbackupconfigs", "etcdbackupconfig", "EtcdBackupConfig", "ecfg",
                           "etcdbackupconfigs.kubermatic.k8c.io", "etcdbackupconfig.v1.kubermatic.k8c.io"})
    EXPECT_EQ(found(word), "etcdbackupconfigs.kubermatic.k8c.io") << word;
  EXPECT_EQ(found("ns"), "namespaces");
  EXPECT_EQ(found("cluster"), "clusters.kubermatic.k8c.io");
}

TEST(ResourceKinds, unknown_words_are_answered_with_what_there_is) {
  const auto kind = kinds().find("pods");
  ASSERT_FALSE(kind);
  EXPECT_EQ(kind.error().code, Code::not_found);
  EXPECT_THAT(kind.error().hint, HasSubstr("etcdbackupconfigs"));
  EXPECT_FALSE(kinds().find("clusters.example.com"));
}

TEST(ResourceKinds, categories_mean_several) {
  const auto several = kinds().find_several("holdfast");
  ASSERT_TRUE(several);
  EXPECT_GT(several->size(), 3U);
  for (const ResourceKind& kind : *several)
    EXPECT_TRUE(kind.can("list")) << kind.plural;
  EXPECT_EQ(kinds().find_several("ecfg")->size(), 1U);
  EXPECT_FALSE(kinds().find_several("nothing"));
}

TEST(ResourceKinds, are_found_by_the_head_of_a_document) {
  EXPECT_EQ(kinds().find("v1", "Secret")->plural, "secrets");
  EXPECT_EQ(kinds().find("kubermatic.k8c.io/v1", "Seed")->plural, "seeds");
  EXPECT_FALSE(kinds().find("v2", "Secret"));
}

TEST(ResourceKinds, anything_else_than_discovery_is_refused) {
  EXPECT_EQ(ResourceKinds::read(json::Object{{"kind", "APIVersions"}}, json::Object()).error().code, Code::unsupported);
}

TEST(Resource, has_a_path) {
  const ResourceKind config = *kinds().find("ecfg");
  const ResourceKind space = *kinds().find("ns");
  EXPECT_EQ((Resource{.kind = config}.path()), "/apis/kubermatic.k8c.io/v1/etcdbackupconfigs");
  EXPECT_EQ((Resource{.kind = config, .name_space = "n", .name = "a/b?"}.path()),
            "/apis/kubermatic.k8c.io/v1/namespaces/n/etcdbackupconfigs/a%2Fb%3F");
  EXPECT_EQ((Resource{.kind = space, .name = "n"}.path()), "/api/v1/namespaces/n");
  EXPECT_EQ(config.label_of("a"), "etcdbackupconfig.kubermatic.k8c.io/a");
  EXPECT_EQ(space.label_of("a"), "namespace/a");
}

}  // namespace
}  // namespace holdfast::client
