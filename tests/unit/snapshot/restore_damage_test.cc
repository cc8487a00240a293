// A restore looks at the pages it copies: damage under a good SHA-256 is found before anything is visible.
#include <gmock/gmock.h>

#include "unit/snapshot/damage_support.h"
#include "unit/snapshot/restore_fixture.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RestoreDamage : public RestoreFixture, public ::testing::WithParamInterface<bool> {
 protected:
  RestoreDamage() { options_.targets = {{"a", target_, ""}}; }

  Result<RestoreReport> restore_bytes(const Bytes& snapshot) {
    save(snapshot);
    return GetParam() ? restore_stream(os::real_file_system()) : restore_file(os::real_file_system());
  }

  // A record of the user's key that has another length than it says.
  static Bytes with_a_bad_record() {
    EtcdModel model = sample_model(60, 60);
    model.bucket("key")[revision_key(model.revision() + 1, 0)] = "\x0a\x7f";
    return write_bolt(model.buckets()).bytes;
  }
};

INSTANTIATE_TEST_SUITE_P(Ways, RestoreDamage, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Stream" : "File"; });

TEST_P(RestoreDamage, OfTheStructureIsRefusedAndLeavesNothing) {
  for (const Damage& damage : structure_damages()) {
    SCOPED_TRACE(damage.name);
    BoltFile file = damage_sample();
    damage.apply(file);
    const auto report = restore_bytes(with_trailer(file.bytes));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::corrupt);
    EXPECT_THAT(report.error().hint, HasSubstr("--allow-damage"));
    EXPECT_THAT(left(), IsEmpty());
  }
}

TEST_P(RestoreDamage, OfAnItemIsRefusedAndLeavesNothing) {
  EtcdModel model = sample_model(60, 60);
  model.bucket("lease")["short"] = "";
  const auto report = restore_bytes(with_trailer(write_bolt(model.buckets()).bytes));
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().to_string(), HasSubstr("bucket lease"));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_P(RestoreDamage, IsLookedForInAPlainDatabaseToo) {
  options_.skip_hash_check = true;
  const auto report = restore_bytes(with_a_bad_record());
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().to_string(), HasSubstr("a record does not decode"));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_P(RestoreDamage, IsAWarningWhenItIsAllowed) {
  options_.allow_damage = true;
  const auto report = restore_bytes(with_trailer(with_a_bad_record()));
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(report->warnings, Contains(HasSubstr("the database is damaged: bucket key")));
  EXPECT_TRUE(complete(target_, target_ + "/member/wal"));
}

TEST_P(RestoreDamage, OfTheTrailerIsRefused) {
  Bytes snapshot = with_trailer(write_bolt(sample_model(60, 60).buckets()).bytes);
  snapshot.back() ^= 1U;
  const auto report = restore_bytes(snapshot);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("SHA-256"));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_P(RestoreDamage, OfTheTrailerIsAWarningWhenItIsAllowed) {
  Bytes snapshot = with_trailer(write_bolt(sample_model(60, 60).buckets()).bytes);
  snapshot.back() ^= 1U;
  options_.allow_damage = true;
  const auto report = restore_bytes(snapshot);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(report->warnings, Contains(HasSubstr("that of other bytes")));
}

TEST_P(RestoreDamage, OfTheTrailerIsNotSkippedSilently) {
  Bytes snapshot = with_trailer(write_bolt(sample_model(60, 60).buckets()).bytes);
  snapshot.back() ^= 1U;
  options_.skip_hash_check = true;
  const auto report = restore_bytes(snapshot);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(report->warnings, Contains(HasSubstr("that of other bytes")));
}

TEST_P(RestoreDamage, IsNotSeenInASoundSnapshotWhoseHashIsSkipped) {
  options_.skip_hash_check = true;
  const auto report = restore_bytes(with_trailer(write_bolt(sample_model(60, 60).buckets()).bytes));
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(report->warnings, testing::Not(Contains(HasSubstr("that of other bytes"))));
}

TEST_P(RestoreDamage, OfAMetaPageIsRefusedInASnapshotAndAcceptedInAPlainDatabase) {
  BoltFile file = write_bolt(sample_model(60, 60).buckets());
  file.page(1)[40] ^= 1U;
  const auto refused = restore_bytes(with_trailer(file.bytes));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("one of the two meta pages"));
  EXPECT_THAT(left(), IsEmpty());
  options_.skip_hash_check = true;
  const auto report = restore_bytes(file.bytes);
  EXPECT_TRUE(report) << report.error().to_string();
}

TEST_P(RestoreDamage, OfARootWithoutABucketIsRefused) {
  auto buckets = sample_model(60, 60).buckets();
  std::erase_if(buckets, [](const BoltBucket& bucket) { return bucket.name == "lease"; });
  const auto report = restore_bytes(with_trailer(write_bolt(std::move(buckets)).bytes));
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().to_string(), HasSubstr("no bucket \"lease\""));
  EXPECT_THAT(left(), IsEmpty());
}

// Leaves of several pages whose elements do not fit into the first one: legal, and nobody writes it.
TEST_P(RestoreDamage, IsNotWhatALayoutIsThatCannotBeJudgedInOnePass) {
  const BoltFile file = write_bolt(sample_model(100, 10).buckets(), {.page_size = 1024, .leaf_fill = 6000});
  const auto report = restore_bytes(with_trailer(file.bytes));
  EXPECT_TRUE(report) << report.error().to_string();
}

}  // namespace
}  // namespace holdfast::test
