#include "registry/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry_support.h"

#include "api/fields.h"

namespace holdfast::registry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BackupLists : public ::testing::Test, public test::RegistryFixture {
 protected:
  BackupLists() {
    make_namespace("cluster-prod");
    make_namespace("kubermatic");
    create("seed", "kubermatic", R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Seed","metadata":{"name":"europe"},
        "spec":{"etcdBackupRestore":{"defaultDestination":"disk",
        "destinations":{"disk":{"type":"local","path":"/var/backups"}}}}})");
    create("etcdbackupconfig", "cluster-prod", R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
        "metadata":{"name":"often"},"spec":{"cluster":{"name":"prod"},"schedule":"@every 20m"}})");
  }

  json::Value write_status(std::string_view status) {
    WriteOptions options;
    options.subresource = "status";
    const auto change = [&](const json::Value& before) -> api::ApiResult<json::Value> {
      json::Value after = before;
      after.as_object()["status"] = test::parse(status);
      return after;
    };
    const auto written = registry->update(kind("etcdbackupconfig"), id_, change, options);
    EXPECT_TRUE(written) << written.error().message;
    return written ? written->object : json::Value();
  }

  std::string stored() { return store->get(object_key(kind("etcdbackupconfig"), id_)).value().value; }
  json::Value read() { return registry->get(kind("etcdbackupconfig"), id_).value(); }

  const ObjectId id_{.name_space = "cluster-prod", .name = "often"};
};

constexpr std::string_view kBoth = R"({"lastBackups":[{"backupName":"one"}],"currentBackups":[{"backupName":"one"}]})";

TEST_F(BackupLists, equal_lists_of_backups_lie_in_the_store_once) {
  write_status(kBoth);
  EXPECT_THAT(stored(), HasSubstr(R"("lastBackups":[{"backupName":"one"}])"));
  EXPECT_THAT(stored(), Not(HasSubstr(R"("currentBackups":[)")));
}

TEST_F(BackupLists, are_shown_under_both_names) {
  const json::Value written = write_status(kBoth);
  EXPECT_EQ(read().at("status"), test::parse(kBoth));
  EXPECT_EQ(written, read());
}

TEST_F(BackupLists, written_back_as_they_are_shown_they_are_no_change) {
  const json::Value first = write_status(kBoth);
  EXPECT_EQ(test::version_of(write_status(kBoth)), test::version_of(first));
}

TEST_F(BackupLists, that_differ_are_kept_as_they_are) {
  constexpr std::string_view kDifferent = R"({"lastBackups":[{"backupName":"one"}],"currentBackups":[]})";
  write_status(kDifferent);
  EXPECT_EQ(read().at("status"), test::parse(kDifferent));
}

TEST(DecodeEntry, reads_the_same_into_either_memory) {
  const api::Kinds kinds = api::Kinds::load().value();
  const store::Entry entry{.key = "o/core/configmaps/a/b",
                           .value = R"({"kind":"ConfigMap","metadata":{"name":"b"},"data":{"k":"v","n":"1"}})",
                           .created = 1,
                           .modified = 7};
  const api::Kind& kind = *kinds.find_word("configmap");
  const auto common = decode_entry(kind, entry);
  const auto piece = decode_entry(kind, entry, json::Memory::one_piece);
  ASSERT_TRUE(common && piece);
  EXPECT_EQ(*common, *piece);
  EXPECT_EQ(api::text_at(*piece, {"metadata", "resourceVersion"}), "7");
}

}  // namespace
}  // namespace holdfast::registry
