// What verify() says of records, small buckets and a stored free list.
#include "unit/snapshot/verify_support.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Verify, FindsRecordsThatDoNotFitTheirRevision) {
  EtcdModel model = sample_model(20, 30);
  model.bucket("key")[revision_key(100, 0)] =
      encode_record({.key = "k", .create_revision = 99, .mod_revision = 99, .version = 1, .value = "v"});
  EXPECT_THAT(verified_model(model).findings, says("mvcc-record", "made at revision 99"));
}

TEST(Verify, FindsRecordsThatDoNotDecode) {
  EtcdModel model = sample_model(20, 30);
  model.bucket("key")[revision_key(100, 0)] = "\x0a\x7f";
  const VerifyReport report = verified_model(model);
  EXPECT_THAT(report.findings, says("mvcc-record", "does not decode"));
  EXPECT_THAT(report.findings, Contains(Field(&Finding::where, HasSubstr("revision 100_0"))));
}

TEST(Verify, FindsKeysThatAreNoRevisions) {
  EtcdModel model = sample_model(20, 30);
  model.bucket("key")["zzz"] = "value";
  EXPECT_THAT(verified_model(model).findings, says("mvcc-record", "key zzz is not a revision"));
}

TEST(Verify, FindsAHistoryWithAHole) {
  EtcdModel model;
  model.put("k", "1");
  model.put("k", "2");
  model.put("k", "3");
  model.bucket("key").erase(revision_key(3, 0));
  EXPECT_THAT(verified_model(model).findings, says("key-history", "version does not follow"));
}

TEST(Verify, FindsALostTombstone) {
  EtcdModel model;
  model.put("k", "1");
  model.remove("k");
  model.put("k", "2");
  model.bucket("key").erase(revision_key(3, 0, true));
  EXPECT_THAT(verified_model(model).findings, says("key-history", "create revision differs"));
}

TEST(Verify, WarnsOfKeysWithoutTheirLease) {
  EtcdModel model;
  model.grant(5);
  model.put("a", "1", 5);
  model.put("b", "1", 0x77);
  model.put("c", "1", 0x77);
  const VerifyReport report = verified_model(model);
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.findings, says("lease", "2 keys are bound to lease 77"));
}

TEST(Verify, FollowsKeysInSeveralPassesWhenMemoryIsShort) {
  EtcdModel model = sample_model(6000, 5);
  const VerifyReport report = verified(with_trailer(write_bolt(model.buckets()).bytes), {.memory_limit = 0});
  EXPECT_THAT(report.findings, IsEmpty()) << listed(report);
  EXPECT_EQ(report.status.live_keys, model.live_keys());
  model.bucket("key").erase(revision_key(5, 0));  // the first version of a key that goes on
  const VerifyReport damaged = verified(with_trailer(write_bolt(model.buckets()).bytes), {.memory_limit = 0});
  ASSERT_EQ(damaged.findings.size(), 1U) << listed(damaged);
  EXPECT_THAT(damaged.findings, says("key-history", "no record is before it"));
}

struct SmallDamage {
  const char* bucket;
  std::string key;
  std::string value;
  const char* says;
};

TEST(Verify, FindsItemsOfSmallBucketsThatCannotBeRead) {
  const std::vector<SmallDamage> damages{
      {"meta", "consistent_index", "1234567", "does not have its form"},
      {"meta", "term", "", "does not have its form"},
      {"meta", "finishedCompactRev", "xx", "does not have its form"},
      {"meta", "confState", "{", "not a JSON object"},
      {"meta", "storageVersion", "three", "not a version"},
      {"cluster", "clusterVersion", "3.x.0", "not a version"},
      {"cluster", "downgrade", "[]", "not a JSON object"},
      {"auth", "authEnabled", "\x02", "does not have its form"},
      {"auth", "authRevision", "1", "does not have its form"},
      {"authUsers", "bob",
       "\x0a\x05"
       "alice",
       "another name"},
      {"authRoles", "role", "\x0a\x7f", "does not decode"},
      {"members", "xyz", "{}", "not a member id"},
      {"members", "5", "{}", "another id"},
      {"members", "5", R"({"id":6,"peerURLs":[]})", "another id"},
      {"members", "5", R"({"id":5})", "no peer URLs"},
      {"members", "5", "nothing", "not a JSON object"},
      {"members_removed", "no id", "removed", "not a member id"},
      {"alarm", "\x0a", "", "does not decode"},
      {"lease", "short", "", "not a lease id"},
      {"lease", big_endian(5), "\x08\x06", "another id"},
      {"lease", big_endian(5), "\x08", "does not decode"},
      {"lease", big_endian(5), std::string("\x08\x05\x12\x00", 4), "does not decode"},  // a TTL that is bytes
      {"authUsers", "bob",
       "\x0a\x03"
       "bob"
       "\x22\x01\x08",
       "does not decode"},  // options that are cut off
      {"authRoles", "role",
       "\x0a\x04"
       "role"
       "\x12\x02\x0a\x01",
       "does not decode"},  // a permission likewise
      {"members", "5", R"({"id":5,"peerURLs":[1]})", "does not have its form"},
      {"members", "5", R"({"id":5,"peerURLs":[],"isLearner":"no"})", "does not have its form"},
      {"meta", "confState", R"({"voters":["1"]})", "does not have its form"},
      {"cluster", "downgrade", R"({"enabled":1})", "does not have its form"},
  };
  for (const SmallDamage& damage : damages) {
    SCOPED_TRACE(std::string(damage.bucket) + " " + damage.key);
    EtcdModel model = sample_model(5, 5);
    model.bucket(damage.bucket)[damage.key] = damage.value;
    const VerifyReport report = verified_model(model);
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(report.findings, says(damage.bucket, damage.says)) << listed(report);
    for (const bool tree : {false, true}) {
      auto buckets = model.buckets();
      for (BoltBucket& bucket : buckets)
        bucket.may_be_inline = !tree;
      const auto facts = scan(write_bolt(std::move(buckets)).bytes);
      ASSERT_FALSE(facts);
      EXPECT_THAT(facts.error().message, HasSubstr(std::string("bucket ") + damage.bucket));
    }
  }
}

TEST(Verify, WarnsOfAlarmsThatComeBack) {
  EtcdModel model = sample_model(5, 5);
  model.raise_alarm(0xabc);
  const VerifyReport report = verified_model(model);
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.findings, says("alarm", "NOSPACE of member abc"));
}

TEST(Verify, FindsACompactionThatEndedBeforeItBegan) {
  EtcdModel model = sample_model(20, 5);
  model.bucket("meta")["finishedCompactRev"] = revision_key(9, 0);
  EXPECT_THAT(verified_model(model).findings, says("meta", "newer than the scheduled one"));
}

TEST(Verify, MissesTheBucketsThatEtcdNeeds) {
  auto buckets = sample_model(5, 5).buckets();
  std::erase_if(buckets, [](const BoltBucket& bucket) { return bucket.name == "key" || bucket.name == "meta"; });
  const VerifyReport report = verified(with_trailer(write_bolt(std::move(buckets)).bytes));
  EXPECT_THAT(report.findings, says("buckets", "no bucket key"));
  EXPECT_THAT(report.findings, says("buckets", "no bucket meta"));
}

TEST(Verify, NotesBucketsItDoesNotKnow) {
  EtcdModel model = sample_model(5, 5);
  model.bucket("zebra")["a"] = "b";
  const VerifyReport report = verified_model(model);
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.findings, says("buckets", "bucket zebra"));
}

class StoredFreelist : public ::testing::Test {
 protected:
  BoltFile file_ = write_bolt(sample_model(50, 50).buckets(), {.seed = 3, .free_pages = 8, .store_freelist = true});
  ByteSpan list() { return file_.page(file_.meta.freelist); }
  void set_id(std::size_t index, std::uint64_t id) { store_le(list().data() + 16 + 8 * index, id); }
  std::uint64_t id(std::size_t index) { return load_le<std::uint64_t>(list().data() + 16 + 8 * index); }
  std::vector<Finding> findings() { return verified(with_trailer(file_.bytes)).findings; }
};

TEST_F(StoredFreelist, IsFine) {
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(StoredFreelist, WithAPageInUse) {
  set_id(7, file_.roots.at("key"));
  EXPECT_THAT(findings(), says("freelist", "listed as free but in use"));
}

TEST_F(StoredFreelist, WithAPageMissing) {
  change_header(file_, file_.meta.freelist, [](PageHeader& header) { header.count = 7; });
  EXPECT_THAT(findings(), says("freelist", "neither in use nor listed as free"));
}

TEST_F(StoredFreelist, OutOfOrder) {
  const std::uint64_t first = id(0);
  set_id(0, id(1));
  set_id(1, first);
  EXPECT_THAT(findings(), says("freelist", "ascending order"));
}

TEST_F(StoredFreelist, WithAPageThatDoesNotExist) {
  set_id(7, file_.meta.high_water_mark);
  EXPECT_THAT(findings(), says("freelist", "does not exist"));
}

TEST_F(StoredFreelist, WithMoreEntriesThanFit) {
  change_header(file_, file_.meta.freelist, [](PageHeader& header) { header.count = 0xFFFF; });
  set_id(0, std::uint64_t{1} << 60U);
  EXPECT_THAT(findings(), says("freelist", "do not fit"));
}

TEST_F(StoredFreelist, ThatIsAnotherPage) {
  change_header(file_, file_.meta.freelist, [](PageHeader& header) { header.flags = kLeafPage; });
  EXPECT_THAT(findings(), says("freelist", "not the page of a free list"));
}

TEST_F(StoredFreelist, WithItsCountBehindTheHeader) {
  // As bbolt stores a list that is too long for the header's field.
  std::vector<std::uint64_t> ids(8);
  for (std::size_t i = 0; i < 8; ++i)
    ids[i] = id(i);
  change_header(file_, file_.meta.freelist, [](PageHeader& header) { header.count = 0xFFFF; });
  set_id(0, 8);
  for (std::size_t i = 0; i < 8; ++i)
    set_id(i + 1, ids[i]);
  EXPECT_THAT(findings(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::test
