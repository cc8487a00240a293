// Whatever happens to a stored object or its manifest is noticed: no flipped bit, no missing end, no wrong key gets
// through.
#include <gtest/gtest.h>

#include "unit/repository/save_bench.h"

namespace holdfast::repository {
namespace {

using pipeline::Compression;

constexpr int kRandomFlips = 1500;

struct Form {
  const char* name;
  Compression compression;
  bool encrypted;
};

class Damage : public testing::TestWithParam<Form> {
 protected:
  void SetUp() override {
    options_ = bench_.options();
    options_.compression = GetParam().compression;
    options_.object_key =
        "prod/nightly" + suffix_of({.compression = GetParam().compression, .encrypted = GetParam().encrypted});
    if (GetParam().encrypted) {
      const auto identity = pipeline::age::Identity::generate(bench_.random);
      options_.encrypt_to.recipients = {identity.recipient()};
      keys_.identities = {identity};
    }
    const auto report = bench_.save(options_);
    ASSERT_TRUE(report) << report.error().to_string();
    object_ = *objectstore::get_bytes(bench_.store, options_.object_key, kMiB, {});
    manifest_ = *objectstore::get_bytes(bench_.store, manifest_key(options_.object_key), kMiB, {});
  }

  void replace(const std::string& key, ByteView bytes) {
    ASSERT_TRUE(objectstore::put_bytes(bench_.store, key, bytes, {}, {}));
  }

  // Is the stored snapshot, as it lies there now, called good?
  bool called_good() {
    const auto verified = bench_.verify(options_.object_key, keys_);
    const bool verifies = verified.has_value() && verified->ok();
    const bool opens = bench_.read_back(options_.object_key, keys_).has_value();
    EXPECT_FALSE(opens && !verifies) << "readable, but not verified";
    return verifies || opens;
  }

  void expect_flip_is_noticed(const std::string& key, const Bytes& original, std::size_t bit) {
    Bytes damaged = original;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    replace(key, damaged);
    ASSERT_FALSE(called_good()) << key << ", bit " << bit;
  }

  SaveBench bench_;
  SaveOptions options_;
  pipeline::age::DecryptWith keys_;
  Bytes object_;
  Bytes manifest_;
};

TEST_P(Damage, TheUntouchedBackupIsGood) {
  EXPECT_TRUE(called_good());
}

TEST_P(Damage, EveryBitOfTheHeaderIsGuarded) {
  const std::size_t header = std::min<std::size_t>(object_.size(), 220);
  for (std::size_t bit = 0; bit < header * 8; ++bit)
    expect_flip_is_noticed(options_.object_key, object_, bit);
}

TEST_P(Damage, RandomBitsOfTheObjectAreGuarded) {
  for (int i = 0; i < kRandomFlips; ++i) {
    expect_flip_is_noticed(options_.object_key, object_,
                           static_cast<std::size_t>(bench_.random.next() % (object_.size() * 8)));
  }
}

TEST_P(Damage, RandomBitsOfTheManifestAreGuarded) {
  for (int i = 0; i < kRandomFlips; ++i) {
    expect_flip_is_noticed(manifest_key(options_.object_key), manifest_,
                           static_cast<std::size_t>(bench_.random.next() % (manifest_.size() * 8)));
  }
}

TEST_P(Damage, AMissingEndIsNoticedWhereverItBegins) {
  for (std::size_t size = 0; size < object_.size(); size += 1 + object_.size() / 200) {
    replace(options_.object_key, ByteView(object_).first(size));
    ASSERT_FALSE(called_good()) << size;
  }
}

TEST_P(Damage, AnExtraByteIsNoticed) {
  Bytes longer = object_;
  longer.push_back(0);
  replace(options_.object_key, longer);
  EXPECT_FALSE(called_good());
}

// The manifest is not needed to notice: the formats' own checks do, but for bits that change nothing.
TEST_P(Damage, WithoutTheManifestTheContentStillProvesItself) {
  ASSERT_TRUE(bench_.store.remove(manifest_key(options_.object_key), {}));
  ASSERT_TRUE(called_good());
  const Bytes plain = *bench_.read_back(options_.object_key, keys_);
  for (int i = 0; i < kRandomFlips / 5; ++i) {
    Bytes damaged = object_;
    damaged[bench_.random.next() % damaged.size()] ^= static_cast<std::uint8_t>(1U << (bench_.random.next() % 8));
    replace(options_.object_key, damaged);
    const auto verified = bench_.verify(options_.object_key, keys_);
    if (verified && verified->ok()) {
      ASSERT_EQ(*bench_.read_back(options_.object_key, keys_), plain);
    }
  }
}

TEST_P(Damage, AManifestOfAnotherBackupIsNoticed) {
  bench_.etcd.serve_database(small_database(61).bytes);
  SaveOptions other = options_;
  other.name = "other";
  other.object_key = "else/" + last_segment(options_.object_key);
  ASSERT_TRUE(bench_.save(other));
  replace(manifest_key(options_.object_key),
          *objectstore::get_bytes(bench_.store, manifest_key(other.object_key), kMiB, {}));
  EXPECT_FALSE(called_good());
}

TEST(DamageKeys, AnotherIdentityIsRefusedNotCalledDamage) {
  SaveBench bench;
  SaveOptions options = bench.options();
  options.object_key = "prod/nightly.db.zst.age";
  options.encrypt_to.recipients = {pipeline::age::Identity::generate(bench.random).recipient()};
  ASSERT_TRUE(bench.save(options));
  pipeline::age::DecryptWith wrong;
  wrong.identities = {pipeline::age::Identity::generate(bench.random)};
  for (const auto& keys : {wrong, pipeline::age::DecryptWith{}}) {
    const auto verified = bench.verify("prod/nightly", keys);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, Code::refused);
  }
}

TEST(DamageKeys, AWrongPassphraseIsRefused) {
  SaveBench bench;
  SaveOptions options = bench.options();
  options.object_key = "prod/nightly.db.zst.age";
  options.encrypt_to.passphrase = Secret("correct horse");
  options.encrypt_to.scrypt_log_n = 10;
  ASSERT_TRUE(bench.save(options));
  pipeline::age::DecryptWith right;
  right.passphrase = Secret("correct horse");
  pipeline::age::DecryptWith wrong;
  wrong.passphrase = Secret("battery staple");
  EXPECT_TRUE(bench.verify("prod/nightly", right)->ok());
  const auto verified = bench.verify("prod/nightly", wrong);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, Code::refused);
}

TEST(DamageDeep, TheDeepWalkAgreesWithTheStreamingOne) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  const auto streamed = bench.verify("prod/nightly");
  const auto deep = bench.verify("prod/nightly", {}, bench.directory.path());
  ASSERT_TRUE(streamed && deep);
  EXPECT_TRUE(deep->ok());
  EXPECT_EQ(deep->facts.hash, streamed->facts.hash);
  EXPECT_EQ(deep->facts.revision, streamed->facts.revision);
  EXPECT_TRUE(os::real_file_system().list(bench.directory.path())->empty());
}

std::string form_name(const testing::TestParamInfo<Form>& form) {
  return form.param.name;
}

INSTANTIATE_TEST_SUITE_P(Forms, Damage,
                         testing::Values(Form{"plain", Compression::none, false},
                                         Form{"gzip", Compression::gzip, false}, Form{"zstd", Compression::zstd, false},
                                         Form{"zstd_age", Compression::zstd, true}),
                         form_name);

}  // namespace
}  // namespace holdfast::repository
