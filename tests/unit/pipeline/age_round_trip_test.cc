#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "age_files.h"

namespace holdfast::pipeline::age {
namespace {

using Pieces = std::vector<std::size_t>;

Pieces any_pieces() {
  return *rc::gen::nonEmpty(rc::gen::container<Pieces>(rc::gen::inRange<std::size_t>(1, 150'000)));
}

TEST(AgeRoundTrip, GivesBackAnyBytesWhateverTheSizesOfWritesAndReads) {
  const Identity identity = test_identity();
  EXPECT_TRUE(rc::check([&] {
    const Bytes plain = noise(*rc::gen::inRange<std::size_t>(0, 400'000), *rc::gen::arbitrary<std::uint64_t>());
    const Bytes file = encrypt(plain, to_identity(identity), any_pieces());
    const auto opened = decrypt(file, with_identity(identity), any_pieces());
    RC_ASSERT(opened.has_value());
    RC_ASSERT(*opened == plain);
  }));
}

TEST(AgeRoundTrip, DoesNotDependOnTheSizesOfWrites) {
  const Identity identity = test_identity();
  const Bytes plain = noise(300'000);
  const Bytes expected = encrypt(plain, to_identity(identity));
  EXPECT_TRUE(rc::check([&] { RC_ASSERT(encrypt(plain, to_identity(identity), any_pieces()) == expected); }));
}

class AgeRoundTripSize : public testing::TestWithParam<std::size_t> {};

TEST_P(AgeRoundTripSize, GivesBackTheBytesAroundTheChunkSize) {
  const Identity identity = test_identity();
  const Bytes plain = noise(GetParam());
  for (const Pieces& pieces : {Pieces{}, Pieces{1}, Pieces{kChunkSize}, Pieces{kChunkSize + 1, kChunkSize - 1}}) {
    const Bytes file = encrypt(plain, to_identity(identity), pieces);
    const auto opened = decrypt(file, with_identity(identity), pieces);
    ASSERT_TRUE(opened) << opened.error().to_string();
    EXPECT_EQ(*opened, plain);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, AgeRoundTripSize,
                         testing::Values(0, 1, kChunkSize - 1, kChunkSize, kChunkSize + 1, 2 * kChunkSize - 1,
                                         2 * kChunkSize, 2 * kChunkSize + 1, kBatch* kChunkSize, kBatch* kChunkSize + 1,
                                         2 * kBatch * kChunkSize + 5));

TEST(AgeRoundTrip, IsOpenedByEachOfSeveralRecipients) {
  EncryptTo to;
  std::vector<Identity> identities;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    identities.push_back(test_identity(seed));
    to.recipients.push_back(identities.back().recipient());
  }
  const Bytes file = encrypt(as_bytes("snapshot"), to);
  for (const Identity& identity : identities)
    EXPECT_EQ(decrypt(file, with_identity(identity)), to_bytes("snapshot"));
}

TEST(AgeRoundTrip, IsOpenedWhenOneOfSeveralIdentitiesFits) {
  const Bytes file = encrypt(as_bytes("snapshot"), to_identity(test_identity(3)));
  const DecryptWith with{.identities = {test_identity(1), test_identity(2), test_identity(3)}, .passphrase = {}};
  EXPECT_EQ(decrypt(file, with), to_bytes("snapshot"));
}

TEST(AgeRoundTrip, IsOpenedByItsPassphrase) {
  const Bytes plain = noise(200'000);
  const Bytes file = encrypt(plain, {.recipients = {}, .passphrase = Secret("correct horse"), .scrypt_log_n = 4});
  EXPECT_EQ(decrypt(file, {.identities = {}, .passphrase = Secret("correct horse")}), plain);
}

TEST(AgeRoundTrip, TriesThePassphraseAlsoBesideIdentities) {
  const Bytes file = encrypt(as_bytes("x"), {.recipients = {}, .passphrase = Secret("pw"), .scrypt_log_n = 4});
  EXPECT_EQ(decrypt(file, {.identities = {test_identity()}, .passphrase = Secret("pw")}), to_bytes("x"));
}

TEST(AgeRoundTrip, UsesFreshKeysForEachFile) {
  const EncryptTo to = to_identity(test_identity());
  MemorySink first(kMiB);
  MemorySink second(kMiB);
  test::FixedRandom random;
  for (MemorySink* sink : {&first, &second})
    ASSERT_TRUE(write_in_pieces(**make_encryptor(to, random, *sink), as_bytes("same")));
  EXPECT_NE(first.bytes(), second.bytes());
}

TEST(AgeRoundTrip, AddsAHeaderAndSixteenBytesPerChunk) {
  const std::size_t header = 22 + (10 + 43 + 1) + 44 + 48;
  EXPECT_EQ(encrypt(noise(kChunkSize + 1), to_identity(test_identity())).size(), header + 16 + kChunkSize + 1 + 2 * 16);
}

TEST(AgeEncryptor, HandsSeveralChunksOnInOneCall) {
  test::FixedRandom random;
  RecordingSink sink;
  const auto encryptor = make_encryptor(to_identity(test_identity()), random, sink);
  ASSERT_TRUE(write_in_pieces(**encryptor, noise(4 * kMiB), {1000}));
  EXPECT_EQ(sink.largest_write(), kBatch * kSealedSize);
  EXPECT_EQ(sink.finishes(), 1);
}

TEST(AgeEncryptor, HandsOnTheErrorOfTheNextSink) {
  test::FixedRandom random;
  RecordingSink sink(kMiB);
  const auto encryptor = make_encryptor(to_identity(test_identity()), random, sink);
  const Status written = write_in_pieces(**encryptor, noise(4 * kMiB));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::unavailable);
}

TEST(AgeEncryptor, RefusesWhatNobodyCouldOpenOrAgeForbids) {
  test::FixedRandom random;
  MemorySink sink(kMiB);
  const auto code_for = [&](const EncryptTo& to) { return make_encryptor(to, random, sink).error().code; };
  const Recipient recipient = test_identity().recipient();
  EXPECT_EQ(code_for({}), Code::usage);
  EXPECT_EQ(code_for({.recipients = {recipient}, .passphrase = Secret("pw")}), Code::usage);
  EXPECT_EQ(code_for({.recipients = {}, .passphrase = Secret("pw"), .scrypt_log_n = 0}), Code::usage);
  EXPECT_EQ(code_for({.recipients = {}, .passphrase = Secret("pw"), .scrypt_log_n = 21}), Code::usage);
  EXPECT_EQ(code_for({.recipients = std::vector<Recipient>(1001, recipient), .passphrase = {}}), Code::usage);
  EXPECT_EQ(code_for({.recipients = {Recipient()}, .passphrase = {}}), Code::usage);
  EXPECT_TRUE(sink.bytes().empty());
}

TEST(AgeEncryptor, TakesAsManyRecipientsAsItsOwnReaderDoes) {
  const EncryptTo to{.recipients = std::vector<Recipient>(1000, test_identity().recipient()), .passphrase = {}};
  EXPECT_EQ(decrypt(encrypt(as_bytes("x"), to), with_identity(test_identity())), to_bytes("x"));
}

TEST(LooksLikeAge, KnowsTheFirstTwentyTwoBytes) {
  const Bytes file = encrypt(as_bytes("x"), to_identity(test_identity()));
  EXPECT_TRUE(looks_like_age(ByteView(file).first(22)));
  EXPECT_FALSE(looks_like_age(ByteView(file).first(21)));
  EXPECT_FALSE(looks_like_age(as_bytes("SQLite format 3 and so on")));
}

}  // namespace
}  // namespace holdfast::pipeline::age
