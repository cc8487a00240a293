// Saves from real etcds: what is stored is what the etcd tools would have stored.
#include <gtest/gtest.h>

#include "objectstore/memory/memory_store.h"
#include "repository/repository.h"
#include "repository/save.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::repository {
namespace {

class SaveFromEtcd : public testing::TestWithParam<test::EtcdVersion> {
 protected:
  void SetUp() override {
    auto cluster = test::make_etcd_cluster({.version = GetParam()});
    ASSERT_TRUE(cluster) << cluster.error().to_string();
    cluster_ = std::move(*cluster);
    auto client = etcd::make_client({.endpoints = cluster_->endpoints()});
    ASSERT_TRUE(client) << client.error().to_string();
    client_ = std::move(*client);
  }

  // Overwrites, deletes, a lease, transactions.
  void write_history() {
    const auto lease = client_->lease_grant(600);
    ASSERT_TRUE(lease);
    for (int i = 0; i < 300; ++i) {
      const std::string key = fmt::format("/registry/configmaps/default/c-{}", i % 120);
      ASSERT_TRUE(client_->put({.key = key,
                                .value = std::string(static_cast<std::size_t>(i * 13 % 3000), 'v'),
                                .lease = i % 3 == 0 ? lease->id : 0}));
      if (i % 10 != 9) continue;
      ASSERT_TRUE(client_->remove({.key = fmt::format("/registry/configmaps/default/c-{}", (i * 7) % 120)}));
    }
  }

  Result<SaveReport> save(const std::string& name, bool skip_unchanged = false) {
    SaveOptions options;
    options.name = name;
    options.object_key = name + ".db.zst";
    options.verify_hash_kv = true;
    options.skip_unchanged = skip_unchanged;
    options.spool.directory = directory_.path();
    return repository::save({.etcd = *client_,
                             .store = store_,
                             .clock = os::real_clock(),
                             .files = os::real_file_system(),
                             .random = os::real_random(),
                             .progress = pipeline::silent_progress()},
                            options, {});
  }

  std::unique_ptr<test::EtcdCluster> cluster_;
  std::unique_ptr<etcd::Client> client_;
  objectstore::MemoryStore store_{os::real_clock()};
  test::TempDir directory_;
};

TEST_P(SaveFromEtcd, HashKvAgreesBeforeAndAfterCompaction) {
  const auto empty = save("empty");
  ASSERT_TRUE(empty) << empty.error().to_string();
  write_history();
  const auto full = save("full");
  ASSERT_TRUE(full) << full.error().to_string();
  const auto head = client_->range({.key = "/", .range_end = "0", .count_only = true});
  ASSERT_TRUE(head);
  ASSERT_TRUE(client_->compact(head->revision - 40, true));
  const auto compacted = save("compacted");
  ASSERT_TRUE(compacted) << compacted.error().to_string();
  ASSERT_TRUE(client_->compact(head->revision, true));
  const auto all_compacted = save("all-compacted");
  ASSERT_TRUE(all_compacted) << all_compacted.error().to_string();

  EXPECT_FALSE(all_compacted->manifest.hash_kv) << "a fully compacted etcd gives no hash to compare with";
  EXPECT_FALSE(all_compacted->hash_kv_not_compared.empty());
  EXPECT_EQ(full->manifest.snapshot.revision, head->revision);
  EXPECT_NE(full->manifest.hash_kv->hash, compacted->manifest.hash_kv->hash);
  EXPECT_EQ(compacted->manifest.snapshot.compact_revision, head->revision - 40);
}

TEST_P(SaveFromEtcd, AnIdleEtcdIsRecognisedAsUnchanged) {
  write_history();
  ASSERT_TRUE(save("first"));
  const auto second = save("second", true);
  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_EQ(second->unchanged_since, "first");
  ASSERT_TRUE(client_->put({.key = "one", .value = "more"}));
  const auto third = save("third", true);
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->unchanged_since);
}

std::string version_name(const testing::TestParamInfo<test::EtcdVersion>& version) {
  return version.param == test::EtcdVersion::v3_4 ? "etcd_3_4" : "etcd_3_5";
}

INSTANTIATE_TEST_SUITE_P(Versions, SaveFromEtcd, testing::Values(test::EtcdVersion::v3_4, test::EtcdVersion::v3_5),
                         version_name);

}  // namespace
}  // namespace holdfast::repository
