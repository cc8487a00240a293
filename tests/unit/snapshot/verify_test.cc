#include "snapshot/verify.h"

#include "unit/snapshot/verify_support.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Verify, FindsNothingInAGoodSnapshot) {
  EtcdModel model = sample_model(300, 400);
  model.enable_auth();
  model.add_member(99, "second");
  model.remove_member(99);
  model.grant(1000);
  model.put("leased", "value", 1000);
  for (const BoltLayout& layout :
       {BoltLayout{}, BoltLayout{.page_size = 1024, .seed = 1, .free_pages = 30},
        BoltLayout{.root_fill = 300, .seed = 2}, BoltLayout{.page_size = 1024, .leaf_fill = 5000, .seed = 3},
        BoltLayout{.page_size = 65536, .seed = 4, .free_pages = 2, .store_freelist = true}}) {
    const VerifyReport report = verified_model(model, layout);
    EXPECT_THAT(report.findings, IsEmpty()) << listed(report);
    EXPECT_TRUE(report.ok());
    EXPECT_TRUE(report.status.has_trailer);
    EXPECT_TRUE(report.status.trailer_matches);
    EXPECT_EQ(report.status.facts.hash, model.hash());
    EXPECT_EQ(report.status.facts.total_items, model.total_items());
    EXPECT_EQ(report.status.live_keys, model.live_keys());
    EXPECT_EQ(report.status.facts.revision, model.revision());
  }
}

TEST(Verify, FindsNothingAfterCompactions) {
  for (const std::int64_t revision : {2, 50, 99, 150}) {
    EtcdModel model = sample_model(100, 30);
    model.compact(revision);
    EXPECT_THAT(verified_model(model).findings, IsEmpty());
    EtcdModel partly = sample_model(100, 30);
    partly.compact(10);
    partly.compact_partly(revision + 20, revision);
    const VerifyReport report = verified_model(partly);
    EXPECT_THAT(report.findings, IsEmpty()) << listed(report);
    EXPECT_EQ(report.status.live_keys, partly.live_keys());
  }
}

TEST(Verify, FindsNothingAfterARestoreWithABumpedRevision) {
  EtcdModel model = sample_model(100, 30);
  model.bump(1000000000);
  const VerifyReport report = verified_model(model);
  EXPECT_THAT(report.findings, IsEmpty()) << listed(report);
  EXPECT_EQ(report.status.live_keys, model.live_keys());
}

TEST(Verify, FindsNothingInTransactionsOfSeveralChanges) {
  EtcdModel model;
  model.begin();
  for (int i = 0; i < 10; ++i)
    model.put("key-" + std::to_string(i), "v");
  model.commit();
  model.begin();
  for (int i = 0; i < 10; i += 2)
    model.remove("key-" + std::to_string(i));
  model.put("key-1", "w");
  model.commit();
  EXPECT_THAT(verified_model(model).findings, IsEmpty());
}

TEST(Verify, AgreesWithTheOnePassScan) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    EtcdModel model = sample_model(150, 500, seed);
    model.compact(static_cast<std::int64_t>(seed) * 20);
    const BoltFile file = write_bolt(model.buckets(), {.page_size = 1024, .seed = seed, .free_pages = 10});
    const auto scanned = scan(file.bytes);
    ASSERT_TRUE(scanned);
    const PageFacts walked = verified(with_trailer(file.bytes)).status.facts;
    EXPECT_EQ(walked.hash, scanned->hash);
    EXPECT_EQ(walked.live_keys, scanned->live_keys);
    EXPECT_EQ(walked.size_in_use, scanned->size_in_use);
    EXPECT_EQ(walked.total_size, scanned->total_size);
    EXPECT_EQ(walked.revision, scanned->revision);
    EXPECT_EQ(walked.compact_revision, scanned->compact_revision);
  }
}

TEST(Verify, SaysWhereEveryStructureDamageIs) {
  for (const Damage& damage : structure_damages()) {
    SCOPED_TRACE(damage.name);
    BoltFile file = damage_sample();
    damage.apply(file);
    const VerifyReport report = verified(with_trailer(file.bytes));
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(report.findings, says(damage.check, damage.says)) << listed(report);
    EXPECT_THAT(report.findings, Contains(Field(&Finding::where, HasSubstr("bucket key, page ")))) << listed(report);
  }
}

TEST(Verify, WarnsOfPagesWithFewerItemsThanWereWritten) {
  const auto damaged_leaf = [](BoltFile& file) { return descend(file, file.roots.at("key"), 1); };
  const auto damaged_branch = [](BoltFile& file) { return file.roots.at("key"); };
  const auto fewer = [](PageHeader& header) { --header.count; };
  BoltFile leaf = damage_sample();
  change_header(leaf, damaged_leaf(leaf), fewer);
  EXPECT_THAT(verified(with_trailer(leaf.bytes)).findings, says("structure", "without gaps"));
  BoltFile branch = damage_sample();
  change_header(branch, damaged_branch(branch), fewer);
  EXPECT_THAT(verified(with_trailer(branch.bytes)).findings, says("structure", "without gaps"));
  BoltFile empty = damage_sample();
  change_header(empty, damaged_leaf(empty), [](PageHeader& header) { header.count = 0; });
  EXPECT_THAT(verified(with_trailer(empty.bytes)).findings, says("structure", "without items"));
}

TEST(Verify, WalksEachPageOnceHoweverOftenItIsNamed) {
  // Every branch page names the root again, all over: without care this takes for ever.
  BoltFile file = damage_sample();
  const PageId root = file.roots.at("key");
  for (PageId page = 2; page < file.meta.high_water_mark; ++page) {
    const PageHeader header = read_page_header(file.page(page));
    if (header.id != page || header.flags != kBranchPage) continue;
    for (std::size_t i = 1; i < header.count; ++i)
      set_child(file, page, i, root);
  }
  const VerifyReport report = verified(with_trailer(file.bytes));
  EXPECT_THAT(report.findings, says("reachability", "belongs to more than one"));
}

TEST(Verify, StopsAtAChainOfBranchesThatIsTooDeep) {
  BoltFile file = write_bolt(sample_model(10, 10).buckets(), {.page_size = 1024, .free_pages = 200});
  // Free pages become branches with one child each.
  for (std::size_t i = 0; i + 1 < file.free_pages.size(); ++i) {
    const ByteSpan page = file.page(file.free_pages[i]);
    write_page_header({.id = file.free_pages[i], .flags = kBranchPage, .count = 1, .overflow = 0}, page);
    store_le(page.data() + 16, 16U);
    store_le(page.data() + 20, 1U);
    store_le(page.data() + 24, file.free_pages[i + 1]);
  }
  const ByteSpan root = file.page(file.roots.at(""));
  store_le(root.data() + as_text(root).find("key") + 3, file.free_pages[0]);
  EXPECT_THAT(verified(with_trailer(file.bytes)).findings, says("structure", "deeper than"));
}

TEST(Verify, FindsAWrongTrailer) {
  Bytes bytes = with_trailer(damage_sample().bytes);
  bytes.back() ^= 1U;
  const VerifyReport report = verified(std::move(bytes));
  EXPECT_FALSE(report.ok());
  EXPECT_FALSE(report.status.trailer_matches);
  EXPECT_THAT(report.findings, says("trailer", "SHA-256"));
}

TEST(Verify, MissesATrailerOnlyWhenOneIsRequired) {
  EXPECT_FALSE(verified(damage_sample().bytes).ok());
  const VerifyReport report = verified(damage_sample().bytes, {.require_trailer = false});
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.findings, says("trailer", "no SHA-256"));
}

TEST(Verify, AcceptsTheSlackOfABareDatabase) {
  Bytes bytes = damage_sample().bytes;
  bytes.resize(bytes.size() + 64 * kKiB);
  const VerifyReport report = verified(std::move(bytes), {.require_trailer = false});
  EXPECT_TRUE(report.ok()) << listed(report);
}

TEST(Verify, FindsAFileThatIsCutOff) {
  Bytes bytes = damage_sample().bytes;
  bytes.resize(bytes.size() - 5000);
  EXPECT_THAT(verified(std::move(bytes)).findings, says("length", "cut off"));
}

TEST(Verify, FindsBytesBetweenDatabaseAndTrailer) {
  Bytes bytes = damage_sample().bytes;
  bytes.resize(bytes.size() + 1024);
  EXPECT_THAT(verified(with_trailer(std::move(bytes))).findings,
              says("length", "between the database and the trailer"));
}

TEST(Verify, FindsOneDamagedMetaPage) {
  for (const PageId meta : {0U, 1U}) {
    BoltFile file = damage_sample();
    file.page(meta)[40] ^= 1U;
    const VerifyReport report = verified(with_trailer(file.bytes));
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(report.findings, says("meta", "one of the two meta pages is damaged"));
  }
}

TEST(Verify, ReportsAFileThatIsNoDatabaseAtAll) {
  for (const std::size_t size : {0U, 1U, 31U, 32U, 100U, 5000U, 100000U}) {
    const VerifyReport report = verified(Bytes(size, 'x'));
    EXPECT_FALSE(report.ok()) << size;
    EXPECT_THAT(report.findings, Contains(Field(&Finding::check, "meta"))) << size;
  }
}

TEST(Verify, KeepsOnlySoManyFindings) {
  EtcdModel model;
  for (int i = 2; i < 100; ++i)
    model.bucket("key")[revision_key(i, 0)] = "\x0a\x7f";
  const VerifyReport report = verified(with_trailer(write_bolt(model.buckets()).bytes), {.max_findings = 10});
  EXPECT_EQ(report.findings.size(), 10U);
  EXPECT_EQ(report.findings_dropped, 88U);
  EXPECT_FALSE(report.ok());
}

TEST(Verify, KeepsAnErrorEvenBehindManyNotes) {
  EtcdModel model = sample_model(5, 5);
  for (int i = 0; i < 20; ++i)
    model.bucket("unknown-" + std::to_string(i))["a"] = "b";
  model.bucket("key")["zzz"] = "v";
  const VerifyReport report = verified(with_trailer(write_bolt(model.buckets()).bytes), {.max_findings = 5});
  EXPECT_FALSE(report.ok());
}

TEST(Verify, ReportsProgressUpToTheEnd) {
  const Bytes bytes = with_trailer(write_bolt(sample_model(3000, 2000).buckets()).bytes);
  std::vector<std::uint64_t> steps;
  std::uint64_t total = 0;
  verified(bytes, {.on_progress = [&](std::uint64_t done, std::uint64_t all) {
             steps.push_back(done);
             total = all;
           }});
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.back(), total);
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
}

}  // namespace
}  // namespace holdfast::test
