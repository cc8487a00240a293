#include <gmock/gmock.h>

#include "unit/snapshot/damage_support.h"

#include "snapshot/page_scanner.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;
using ::testing::HasSubstr;

TEST(PageScannerDamage, TheSampleItselfIsFine) {
  ASSERT_TRUE(scan(damage_sample().bytes));
}

TEST(PageScannerDamage, RefusesEveryStructureDamage) {
  for (const Damage& damage : structure_damages()) {
    SCOPED_TRACE(damage.name);
    BoltFile file = damage_sample();
    damage.apply(file);
    const auto facts = scan(file.bytes);
    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().code, Code::corrupt);
    EXPECT_THAT(facts.error().message, HasSubstr("bucket key"));
  }
}

TEST(PageScannerDamage, RefusesADatabaseThatIsCutOff) {
  const BoltFile file = damage_sample();
  for (const std::size_t missing : {std::size_t{1}, std::size_t{1024}, file.bytes.size() - 5000}) {
    const auto facts = scan(ByteView(file.bytes).first(file.bytes.size() - missing));
    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().code, Code::corrupt);
    EXPECT_THAT(facts.error().message, HasSubstr("cut off"));
  }
}

TEST(PageScannerDamage, RefusesBytesBehindTheDatabase) {
  Bytes bytes = damage_sample().bytes;
  for (const std::size_t more : {std::size_t{1}, std::size_t{1024}, 200 * kKiB}) {
    Bytes longer = bytes;
    longer.resize(bytes.size() + more);
    const auto facts = scan(longer);
    ASSERT_FALSE(facts);
    EXPECT_THAT(facts.error().message, HasSubstr("behind the database"));
  }
}

TEST(PageScannerDamage, RefusesAnEmptyStream) {
  const auto facts = scan({});
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, Code::corrupt);
}

TEST(PageScannerDamage, RefusesTwoDamagedMetaPages) {
  BoltFile file = damage_sample();
  file.page(0)[20] ^= 1U;
  file.page(1)[20] ^= 1U;
  const auto facts = scan(file.bytes);
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, HasSubstr("not a bbolt database"));
}

TEST(PageScannerDamage, TakesOneGoodMetaPage) {
  for (const PageId meta : {0U, 1U}) {
    BoltFile file = damage_sample();
    file.page(meta)[40] ^= 1U;
    EXPECT_TRUE(scan(file.bytes)) << meta;
  }
}

TEST(PageScannerDamage, RefusesARecordThatDoesNotDecode) {
  EtcdModel model = sample_model(50, 200);
  model.bucket("key")[revision_key(model.revision() + 1, 0)] = "\x0a\x7f not that long";
  const auto facts = scan(write_bolt(model.buckets()).bytes);
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, HasSubstr("a record does not decode"));
}

TEST(PageScannerDamage, RefusesALongRecordThatDoesNotDecode) {
  EtcdModel model = sample_model(50, 200);
  std::string record = encode_record(
      {.key = "k", .create_revision = 9, .mod_revision = 9, .version = 1, .value = std::string(9000, 'v')});
  record.pop_back();
  model.bucket("key")[revision_key(model.revision() + 1, 0)] = record;
  const auto facts = scan(write_bolt(model.buckets(), {.page_size = 1024}).bytes);
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, HasSubstr("a record does not decode"));
}

TEST(PageScannerDamage, RefusesAKeyThatIsNoRevision) {
  for (const std::size_t size : {10U, 9000U}) {
    EtcdModel model = sample_model(50, 200);
    model.bucket("key")["zzz"] = std::string(size, 'v');
    const auto facts = scan(write_bolt(model.buckets()).bytes);
    ASSERT_FALSE(facts);
    EXPECT_THAT(facts.error().message, HasSubstr("a key is not a revision"));
  }
}

TEST(PageScannerDamage, RefusesDamageInsideAnInlineBucket) {
  EtcdModel model = sample_model(3, 10);
  BoltFile file = write_bolt(model.buckets());
  // The header of an inline bucket lies behind name, root and sequence.
  const ByteSpan root = file.page(file.roots.at(""));
  const std::size_t name = as_text(root).find("cluster");
  ASSERT_NE(name, std::string::npos);
  store_le(root.data() + name + 7 + 16 + 10, std::uint16_t{500});  // count
  const auto facts = scan(file.bytes);
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, HasSubstr("bucket cluster"));
}

TEST(PageScannerDamage, RefusesARootThatHoldsPlainItems) {
  BoltFile file = write_bolt(sample_model(3, 10).buckets());
  for (std::size_t i = 0; i < 10; ++i)
    set_element(file, file.roots.at(""), i, 0, 0);
  const auto facts = scan(file.bytes);
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, HasSubstr("not a bucket"));
}

TEST(PageScannerDamage, RefusesABucketInsideABucket) {
  BoltFile file = damage_sample();
  const PageId leaf = descend(file, file.roots.at("key"), 0);
  for (std::size_t i = 0; i < read_page_header(file.page(leaf)).count; ++i)
    set_element(file, leaf, i, 0, 1);
  const auto facts = scan(file.bytes);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, Code::corrupt);
}

TEST(PageScannerDamage, SaysWhenALayoutCannotBeJudgedInOnePass) {
  EtcdModel model = sample_model(100, 10);
  // Leaves of several pages with so many items that not even their elements fit into the first one.
  const auto facts = scan(write_bolt(model.buckets(), {.page_size = 1024, .leaf_fill = 6000}).bytes);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, Code::unsupported);
}

}  // namespace
}  // namespace holdfast::test
