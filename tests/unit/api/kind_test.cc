#include "api/kind.h"

#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

#include "api/kind_file.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string name_found(std::string_view word) {
  const Kind* kind = all_kinds().find_word(word);
  return kind == nullptr ? "none" : kind->kind;
}

// Every node of the schema, with its path.
void each_node(const Schema& schema, const std::string& path,
               const std::function<void(const Schema&, const std::string&)>& visit) {
  visit(schema, path);
  for (const auto& [name, child] : schema.properties)
    each_node(*child, path + "." + name, visit);
  if (schema.additional) each_node(*schema.additional, path + ".*", visit);
  if (schema.items) each_node(*schema.items, path + "[]", visit);
}

TEST(Kinds, AreAllReadable) {
  const auto kinds = Kinds::load();
  ASSERT_TRUE(kinds) << kinds.error().to_string();
  EXPECT_EQ(kinds->all().size(), kind_files().size() - 1);
}

TEST(Kinds, AreListedByGroupVersion) {
  std::vector<std::string> names;
  for (const GroupVersion& each : all_kinds().group_versions())
    names.push_back(each.to_string());
  EXPECT_THAT(names, ElementsAre("v1", "coordination.k8s.io/v1", "apiextensions.k8s.io/v1", "authorization.k8s.io/v1",
                                 "authentication.k8s.io/v1", "kubermatic.k8c.io/v1", "holdfast.dev/v1"));
}

TEST(Kinds, AreFoundByPathAndByDocument) {
  const Kind* by_path = all_kinds().find("kubermatic.k8c.io", "v1", "etcdbackupconfigs");
  ASSERT_NE(by_path, nullptr);
  EXPECT_EQ(by_path->kind, "EtcdBackupConfig");
  EXPECT_EQ(all_kinds().find_kind("kubermatic.k8c.io/v1", "EtcdBackupConfig"), by_path);
  EXPECT_EQ(all_kinds().find_kind("v1", "Secret"), all_kinds().find("", "v1", "secrets"));
  EXPECT_EQ(all_kinds().find("kubermatic.k8c.io", "v2", "etcdbackupconfigs"), nullptr);
  EXPECT_EQ(all_kinds().find_kind("v1", "EtcdBackupConfig"), nullptr);
}

TEST(Kinds, AreFoundByWhatPeopleType) {
  for (const char* word : {"etcdbackupconfigs", "etcdbackupconfig", "EtcdBackupConfig", "ecfg", "ETCDBACKUPCONFIGS",
                           "etcdbackupconfigs.kubermatic.k8c.io", "ecfg.v1.kubermatic.k8c.io"}) {
    EXPECT_EQ(name_found(word), "EtcdBackupConfig") << word;
  }
  EXPECT_EQ(name_found("ns"), "Namespace");
  EXPECT_EQ(name_found("etcdbackupconfigs.holdfast.dev"), "none");
  EXPECT_EQ(name_found(""), "none");
}

TEST(Kinds, HaveNamesOfTheirOwn) {
  std::set<std::string> words;
  for (const Kind& kind : all_kinds().all()) {
    EXPECT_TRUE(words.insert(kind.plural).second) << kind.plural;
    EXPECT_TRUE(words.insert(kind.singular).second) << kind.singular;
    for (const std::string& name : kind.short_names)
      EXPECT_TRUE(words.insert(name).second) << name;
  }
}

TEST(Kinds, AreScopedAsTheirUsersExpect) {
  EXPECT_FALSE(kind_named("Cluster").namespaced);
  EXPECT_TRUE(kind_named("Seed").namespaced);
  EXPECT_TRUE(kind_named("EtcdBackupConfig").namespaced);
  EXPECT_TRUE(kind_named("EtcdRestore").namespaced);
  EXPECT_TRUE(kind_named("KubermaticConfiguration").namespaced);
  EXPECT_FALSE(kind_named("KubermaticSetting").namespaced);
  EXPECT_FALSE(kind_named("Project").namespaced);
  EXPECT_FALSE(kind_named("Namespace").namespaced);
}

TEST(Kinds, TellWhatIsSpecialAboutThem) {
  EXPECT_TRUE(kind_named("EtcdBackupConfig").generation);
  EXPECT_TRUE(kind_named("EtcdBackupConfig").custom);
  EXPECT_TRUE(kind_named("EtcdBackupConfig").status_subresource);
  EXPECT_FALSE(kind_named("Secret").generation);
  EXPECT_FALSE(kind_named("Secret").custom);
  EXPECT_FALSE(kind_named("Secret").status_subresource);
  EXPECT_THAT(kind_named("TokenReview").verbs, ElementsAre("create"));
  EXPECT_THAT(kind_named("CustomResourceDefinition").verbs, ElementsAre("get", "list", "watch"));
  EXPECT_TRUE(kind_named("Seed").can("deletecollection"));
  EXPECT_FALSE(kind_named("TokenReview").can("get"));
  EXPECT_EQ(kind_named("Seed").list_kind(), "SeedList");
  EXPECT_EQ(kind_named("Seed").qualified_plural(), "seeds.kubermatic.k8c.io");
  EXPECT_EQ(kind_named("Secret").qualified_plural(), "secrets");
}

TEST(Kinds, SaySelectableFieldsAsSelectorsNameThem) {
  EXPECT_THAT(kind_named("EtcdBackupConfig").selectable_fields, ElementsAre("spec.cluster.name", "spec.destination"));
  EXPECT_THAT(kind_named("Secret").selectable_fields, ElementsAre("type"));
}

TEST(Kinds, SelectOnlyFieldsTheyHave) {
  for (const Kind& kind : all_kinds().all()) {
    for (const std::string& field : kind.selectable_fields) {
      const Schema* at = kind.schema.get();
      for (std::size_t begin = 0; at != nullptr && begin < field.size();) {
        const std::size_t dot = std::min(field.find('.', begin), field.size());
        at = at->property(field.substr(begin, dot - begin));
        begin = dot + 1;
      }
      EXPECT_NE(at, nullptr) << kind.kind << " " << field;
    }
  }
}

TEST(Kinds, DescribeEveryField) {
  const std::regex sentence("[A-Z](.|\\n)*\\.");
  for (const Kind& kind : all_kinds().all()) {
    each_node(*kind.schema, kind.kind, [&](const Schema& schema, const std::string& path) {
      EXPECT_TRUE(std::regex_match(schema.description, sentence)) << path << ": \"" << schema.description << '"';
    });
  }
}

TEST(Kinds, KeepUnknownFieldsOnlyWhereForeignSettingsAre) {
  std::vector<std::string> found;
  for (const Kind& kind : all_kinds().all()) {
    if (!kind.custom) continue;
    each_node(*kind.schema, kind.kind, [&](const Schema& schema, const std::string& path) {
      if (schema.preserve_unknown && path.find(".metadata.managedFields") == std::string::npos) found.push_back(path);
    });
  }
  EXPECT_THAT(found,
              ElementsAre("Cluster.spec", "Cluster.spec.cloud", "Cluster.spec.componentsOverride",
                          "Cluster.spec.componentsOverride.etcd", "Cluster.status", "KubermaticConfiguration.spec",
                          "KubermaticConfiguration.spec.seedController", "KubermaticConfiguration.status",
                          "KubermaticSetting.spec", "Seed.spec", "Seed.spec.datacenters.*", "Seed.status"));
}

TEST(Kinds, MarkWhatNoMessageMayShow) {
  std::vector<std::string> found;
  for (const Kind& kind : all_kinds().all()) {
    each_node(*kind.schema, kind.kind, [&](const Schema& schema, const std::string& path) {
      if (schema.secret) found.push_back(path);
    });
  }
  EXPECT_THAT(found, ElementsAre("Secret.data", "Secret.stringData", "TokenReview.spec.token",
                                 "Launcher.status.credentials", "Token.status.token", "Token.status.sha256"));
}

TEST(Kinds, HaveTheMetadataOfAllObjects) {
  for (const Kind& kind : all_kinds().all()) {
    const Schema* metadata = kind.schema->property("metadata");
    ASSERT_NE(metadata, nullptr) << kind.kind;
    EXPECT_EQ(metadata->property("finalizers")->list_type, ListType::set);
    EXPECT_THAT(metadata->property("ownerReferences")->list_map_keys, ElementsAre("uid"));
  }
}

TEST(KindFile, IsRefusedWithTheReason) {
  const auto error_of = [](std::string_view text) {
    const auto kind = parse_kind(yaml(text), yaml("{a: {$ref: '#/shared/a'}}").get_object());
    return kind ? "none" : kind.error().to_string();
  };
  EXPECT_THAT(error_of("[]"), HasSubstr("is not an object"));
  EXPECT_THAT(error_of("{spec: {group: g, scope: Somewhere}}"), HasSubstr("\"Somewhere\" is no scope"));
  const std::string head = "spec: {group: g, scope: Cluster, names: {kind: K, plural: ks, singular: k}, versions: ";
  EXPECT_THAT(error_of(head + "[]}"), HasSubstr("one version"));
  EXPECT_THAT(error_of(head + "[{name: v1, schema: {}}]}"), HasSubstr("no openAPIV3Schema"));
  EXPECT_THAT(error_of(head + "[{name: v1, schema: {openAPIV3Schema: {$ref: '#/shared/b'}}}]}"),
              HasSubstr("no \"#/shared/"));
  EXPECT_THAT(
      error_of(head + "[{name: v1, schema: {openAPIV3Schema: {properties: {x: {$ref: '#/shared/a'}, apiVersion: "
                      "{type: string}, kind: {type: string}, metadata: {type: object}}, type: object}}}]}"),
      HasSubstr("round in circles"));
}

}  // namespace
}  // namespace holdfast::api
