#include "snapshot/page_scanner.h"

#include <gmock/gmock.h>

#include "unit/snapshot/scan_support.h"

namespace holdfast::test {
namespace {

using snapshot::PageFacts;
using snapshot::PageScanner;

TEST(PageScanner, ReadsAnEmptyEtcd) {
  const EtcdModel model;
  const auto facts = scan(write_bolt(model.buckets()).bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->revision, 0);
  EXPECT_EQ(facts->live_keys, 0U);
  EXPECT_EQ(facts->cluster_version, "3.5.0");
  EXPECT_EQ(facts->storage_version, "");
  EXPECT_EQ(facts->member_count, 1U);
  EXPECT_EQ(facts->page_size, 4096U);
}

TEST(PageScanner, GivesTheRevisionOfTheLastRecord) {
  EtcdModel model = sample_model(50, 100);
  model.remove("/registry/pods/ns-1/pod-1");
  const auto facts = scan(write_bolt(model.buckets()).bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->revision, model.revision());
}

TEST(PageScanner, CountsSizesInPages) {
  const auto file = write_bolt(sample_model(300, 200).buckets(), {.seed = 3, .free_pages = 17});
  const auto facts = scan(file.bytes);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->total_size, file.bytes.size());
  EXPECT_EQ(facts->size_in_use, file.bytes.size() - 17 * 4096);
}

TEST(PageScanner, ReadsFactsOfSmallBuckets) {
  EtcdModel model = sample_model(20, 50);
  model.grant(100);
  model.grant(101);
  model.raise_alarm(77);
  model.enable_auth();
  model.add_member(5, "second");
  model.compact(10);
  model.set_storage_version("3.6.0");
  const auto facts = scan(write_bolt(model.buckets()).bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->lease_count, 2U);
  EXPECT_EQ(facts->alarm_count, 1U);
  EXPECT_TRUE(facts->auth_enabled);
  EXPECT_EQ(facts->member_count, 2U);
  EXPECT_EQ(facts->compact_revision, 10);
  EXPECT_EQ(facts->scheduled_compact_revision, 10);
  EXPECT_EQ(facts->storage_version, "3.6.0");
  EXPECT_EQ(facts->cluster_version, "3.6.0");
}

std::string conf_state(std::size_t size) {
  return R"({"voters":[1],"more":")" + std::string(size, 'x') + R"("})";
}

TEST(PageScanner, ReadsFactsOfSmallBucketsWithPagesOfTheirOwn) {
  EtcdModel model = sample_model(20, 50);
  model.compact(10);
  model.enable_auth();
  model.bucket("meta")["confState"] = conf_state(3000);  // one page
  auto buckets = model.buckets();
  for (BoltBucket& bucket : buckets)
    bucket.may_be_inline = false;
  const auto facts = scan(write_bolt(std::move(buckets), {.seed = 5}).bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->compact_revision, 10);
  EXPECT_EQ(facts->cluster_version, "3.5.0");
  EXPECT_TRUE(facts->auth_enabled);
}

TEST(PageScanner, ReadsFactsOfABucketWithALongPage) {
  EtcdModel model = sample_model(20, 50);
  model.bucket("meta")["confState"] = conf_state(9000);
  const auto facts = scan(write_bolt(model.buckets(), {.leaf_fill = 20000, .seed = 6}).bytes);
  expect_facts(facts, model);
}

TEST(PageScanner, ReadsFactsSpreadOverSeveralPages) {
  EtcdModel model = sample_model(20, 50);
  model.compact(10);
  model.bucket("meta")["confState"] = conf_state(1500);
  const auto facts = scan(write_bolt(model.buckets(), {.leaf_fill = 200, .seed = 7}).bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->compact_revision, 10);
}

TEST(PageScanner, IsNotMisledByUsersNamedLikeFacts) {
  EtcdModel model = sample_model(5, 50);
  model.enable_auth();
  for (const char* name : {"term", "consistent_index", "storageVersion", "clusterVersion"})
    model.add_user(name);
  auto buckets = model.buckets();
  for (BoltBucket& bucket : buckets)
    bucket.may_be_inline = bucket.name != "authUsers";
  const auto facts = scan(write_bolt(std::move(buckets)).bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->storage_version, "");
}

TEST(PageScanner, ReadsARootWithManyLeaves) {
  EtcdModel model = sample_model(200, 100);
  model.enable_auth();
  for (int i = 0; i < 5; ++i)
    model.add_user("user-" + std::to_string(i));
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U, 4U, 5U}) {
    const auto facts = scan(write_bolt(model.buckets(), {.root_fill = 300, .seed = seed, .free_pages = 5}).bytes);
    expect_facts(facts, model);
  }
}

TEST(PageScanner, ReadsARootLongerThanAPage) {
  EtcdModel model = sample_model(3, 10);
  for (const char* bucket : {"aardvark", "bear", "cat", "dog", "elk"}) {
    model.bucket(bucket)[std::string(8, 'k')] = std::string(900, 'v');
  }
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
    const auto facts = scan(write_bolt(model.buckets(), {.seed = seed, .free_pages = 3}).bytes, 1000);
    expect_facts(facts, model);
  }
}

TEST(PageScanner, ReadsATreeOfManyLevels) {
  const EtcdModel model = sample_model(2000, 10);
  for (const std::uint64_t seed : {0U, 11U}) {
    expect_facts(
        scan(write_bolt(model.buckets(), {.page_size = 1024, .leaf_fill = 100, .fanout = 3, .seed = seed}).bytes),
        model);
  }
}

TEST(PageScanner, ReadsLongValues) {
  EtcdModel model = sample_model(60, 9000, 3);
  model.put("huge", std::string(700000, 'h'));
  model.put(std::string(20000, 'k'), std::string(5000, 'v'));
  model.put("last", "");
  for (const std::size_t page_size : {1024U, 4096U, 65536U}) {
    for (const std::uint64_t seed : {0U, 1U, 2U}) {
      expect_facts(scan(write_bolt(model.buckets(), {.page_size = page_size, .seed = seed, .free_pages = 9}).bytes),
                   model);
    }
  }
}

TEST(PageScanner, GivesTheSameFactsWhateverThePiecesAre) {
  const EtcdModel model = sample_model(300, 700);
  const auto file = write_bolt(model.buckets(), {.page_size = 1024, .seed = 9, .free_pages = 20});
  for (const std::size_t chunk : {1U, 7U, 511U, 1024U, 1025U, 5000U, 100000U, 10000000U}) {
    expect_facts(scan(file.bytes, chunk), model);
  }
}

TEST(PageScanner, ReadsBucketsItDoesNotKnow) {
  EtcdModel model = sample_model(10, 50);
  model.bucket("aardvark")["a"] = "b";
  model.bucket("zebra")["c"] = std::string(5000, 'd');
  expect_facts(scan(write_bolt(model.buckets()).bytes), model);
}

TEST(PageScanner, CountsKeysInPartsWhenThereAreTooManyRecords) {
  const EtcdModel model = sample_model(500, 20);
  const auto file = write_bolt(model.buckets(), {.seed = 4});
  const auto whole = scan(file.bytes, kMiB, {.max_records = 100});
  ASSERT_TRUE(whole);
  EXPECT_FALSE(whole->live_keys);
  EXPECT_EQ(whole->hash, model.hash());

  std::uint64_t live = 0;
  for (std::uint32_t part = 0; part < 16; ++part) {
    const auto facts = scan(file.bytes, kMiB, {.max_records = 100, .part = part, .parts = 16});
    ASSERT_TRUE(facts);
    ASSERT_TRUE(facts->live_keys);
    live += *facts->live_keys;
  }
  EXPECT_EQ(live, model.live_keys());
}

TEST(PageScanner, CountsTheMarkerOfABumpedRevisionLikeEtcd) {
  EtcdModel model = sample_model(30, 20);
  model.bump(1000000);
  const auto facts = scan(write_bolt(model.buckets()).bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->revision, model.revision());
}

TEST(PageScanner, CountsKeysWhileACompactionIsUnderWay) {
  EtcdModel model = sample_model(100, 20);
  model.compact_partly(150, 80);
  expect_facts(scan(write_bolt(model.buckets(), {.seed = 8}).bytes), model);
}

TEST(PageScanner, KnowsTheSizeOnceTheMetaPagesHavePassed) {
  const auto file = write_bolt(sample_model(300, 500).buckets());
  PageScanner scanner;
  EXPECT_FALSE(scanner.database_size());
  ASSERT_TRUE(scanner.write(ByteView(file.bytes).first(66 * kKiB)));
  EXPECT_EQ(scanner.database_size(), file.bytes.size());
}

TEST(PageScanner, ReadsAFileWithAStoredFreeList) {
  const EtcdModel model = sample_model(100, 100);
  const auto file = write_bolt(model.buckets(), {.seed = 5, .free_pages = 12, .store_freelist = true});
  const auto facts = scan(file.bytes);
  expect_facts(facts, model);
  EXPECT_EQ(facts->size_in_use, file.bytes.size() - 12 * 4096);
}

}  // namespace
}  // namespace holdfast::test
