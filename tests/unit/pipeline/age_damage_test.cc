#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "age_files.h"

namespace holdfast::pipeline::age {
namespace {

const Identity& identity() {
  static const Identity made = test_identity();
  return made;
}

Result<Bytes> open(const Bytes& file) {
  return decrypt(file, with_identity(identity()));
}

Bytes own_header() {
  return header_of(text_of(stanza_for(identity())));
}

// Reads as far as it gets; the bytes given out before the error.
Bytes given_before_the_error(const Bytes& file) {
  MemorySource source(file);
  const auto decryptor = make_decryptor(with_identity(identity()), source);
  MemorySink sink(64 * kMiB);
  EXPECT_FALSE(copy_all(**decryptor, sink, kMiB));
  return sink.take();
}

TEST(AgeDamage, NoticesEveryFlippedBit) {
  const Bytes file = encrypt(as_bytes("a small snapshot"), to_identity(identity()));
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = file;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
      EXPECT_FALSE(open(changed)) << "byte " << at << " bit " << bit;
    }
  }
}

TEST(AgeDamage, NoticesEveryFlippedBitOfAFileWithAPassphrase) {
  const Bytes file = encrypt(as_bytes("x"), {.recipients = {}, .passphrase = Secret("pw"), .scrypt_log_n = 2});
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = file;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
      const DecryptWith with{.identities = {}, .passphrase = Secret("pw"), .max_scrypt_log_n = 10};
      EXPECT_FALSE(decrypt(changed, with)) << "byte " << at << " bit " << bit;
    }
  }
}

TEST(AgeDamage, NoticesAFlippedBitAnywhereInALongFile) {
  const Bytes file = encrypt(noise(5 * kChunkSize + 100), to_identity(identity()));
  EXPECT_TRUE(rc::check([&] {
    Bytes changed = file;
    const auto at = *rc::gen::inRange<std::size_t>(0, file.size());
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << *rc::gen::inRange(0, 8)));
    RC_ASSERT(!open(changed));
  }));
}

TEST(AgeDamage, CallsEveryCutCorrupt) {
  const Bytes file = encrypt(as_bytes("a small snapshot"), to_identity(identity()));
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto opened = open(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_FALSE(opened) << size;
    EXPECT_EQ(opened.error().code, Code::corrupt) << size << ": " << opened.error().to_string();
  }
}

TEST(AgeDamage, NoticesACutBetweenTwoChunks) {
  const Bytes file = encrypt(noise(3 * kChunkSize), to_identity(identity()));
  for (std::size_t chunks = 1; chunks <= 2; ++chunks) {
    Bytes cut = file;
    cut.resize(file.size() - chunks * kSealedSize);
    EXPECT_EQ(open(cut).error().code, Code::corrupt);
  }
}

TEST(AgeDamage, NoticesAnExtension) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, kChunkSize, 3 * kChunkSize}) {
    const Bytes file = encrypt(noise(size), to_identity(identity()));
    for (const std::size_t more : {std::size_t{1}, std::size_t{16}, std::size_t{17}, kSealedSize}) {
      EXPECT_EQ(open(file + noise(more, 9)).error().code, Code::corrupt) << size << " + " << more;
    }
  }
}

TEST(AgeDamage, NoticesChunksInAnotherOrder) {
  const Bytes file = encrypt(noise(3 * kChunkSize + 5), to_identity(identity()));
  const auto chunk = [&](std::size_t number) {
    return file.end() - static_cast<std::ptrdiff_t>(5 + kTagSize + (3 - number) * kSealedSize);
  };
  Bytes swapped = file;
  std::copy(chunk(1), chunk(2), swapped.begin() + (chunk(0) - file.begin()));
  std::copy(chunk(0), chunk(1), swapped.begin() + (chunk(1) - file.begin()));
  EXPECT_EQ(open(swapped).error().code, Code::corrupt);
}

TEST(AgeDamage, NoticesAMissingChunk) {
  Bytes file = encrypt(noise(3 * kChunkSize + 5), to_identity(identity()));
  const auto from = file.end() - static_cast<std::ptrdiff_t>(5 + kTagSize + 2 * kSealedSize);
  file.erase(from, from + static_cast<std::ptrdiff_t>(kSealedSize));
  EXPECT_EQ(open(file).error().code, Code::corrupt);
}

TEST(AgeDamage, GivesOutOnlyWholeChunksBeforeTheDamage) {
  const Bytes plain = noise(3 * kChunkSize + 5);
  Bytes file = encrypt(plain, to_identity(identity()));
  file[file.size() - 5 - kTagSize - kSealedSize + 100] ^= 1;  // in the third chunk
  const Bytes given = given_before_the_error(file);
  EXPECT_EQ(given, Bytes(plain.begin(), plain.begin() + 2 * kChunkSize));
}

TEST(AgeDamage, WipesWhatADamagedChunkWasDecryptedTo) {
  Bytes file = encrypt(Bytes(100, 'A'), to_identity(identity()));
  file.back() ^= 1;
  MemorySource source(file);
  const auto decryptor = make_decryptor(with_identity(identity()), source);
  Bytes buffer(kChunkSize, 'z');
  EXPECT_FALSE((*decryptor)->read(buffer));
  EXPECT_EQ(std::count(buffer.begin(), buffer.end(), 'A'), 0);
}

TEST(AgeDamage, GivesTheSameErrorAgain) {
  Bytes file = encrypt(noise(10), to_identity(identity()));
  file.back() ^= 1;
  MemorySource source(file);
  const auto decryptor = make_decryptor(with_identity(identity()), source);
  Bytes buffer(100);
  const auto first = (*decryptor)->read(buffer);
  const auto second = (*decryptor)->read(buffer);
  ASSERT_FALSE(first);
  ASSERT_FALSE(second);
  EXPECT_EQ(first.error().message, second.error().message);
}

TEST(AgeDamage, HandsOnTheErrorOfItsSource) {
  Bytes file = encrypt(noise(3 * kChunkSize), to_identity(identity()));
  file.resize(file.size() / 2);
  PieceSource source(file, {1000}, fail(Code::unavailable, "the connection broke"));
  const auto decryptor = make_decryptor(with_identity(identity()), source);
  ASSERT_TRUE(decryptor);
  EXPECT_EQ(read_in_pieces(**decryptor).error().code, Code::unavailable);
}

TEST(AgePayload, OpensAWellFormedOne) {
  EXPECT_EQ(open(own_header() + payload_of({{noise(kChunkSize), false}, {to_bytes("end"), true}})),
            noise(kChunkSize) + to_bytes("end"));
  EXPECT_EQ(open(own_header() + payload_of({{{}, true}})), Bytes());
  EXPECT_EQ(open(own_header() + payload_of({{noise(kChunkSize), true}})), noise(kChunkSize));
}

TEST(AgePayload, RefusesAnEmptyLastChunkAfterOthers) {
  EXPECT_EQ(open(own_header() + payload_of({{noise(kChunkSize), false}, {{}, true}})).error().code, Code::corrupt);
}

TEST(AgePayload, RefusesAShortChunkThatIsNotTheLast) {
  EXPECT_EQ(open(own_header() + payload_of({{noise(100), false}, {noise(100), true}})).error().code, Code::corrupt);
}

TEST(AgePayload, RefusesAnEndWithoutALastChunk) {
  EXPECT_EQ(open(own_header() + payload_of({{noise(100), false}})).error().code, Code::corrupt);
  EXPECT_EQ(open(own_header() + payload_of({{noise(kChunkSize), false}, {noise(kChunkSize), false}})).error().code,
            Code::corrupt);
  EXPECT_EQ(open(own_header() + payload_of({})).error().code, Code::corrupt);
}

TEST(AgePayload, RefusesTwoLastChunks) {
  EXPECT_EQ(open(own_header() + payload_of({{noise(kChunkSize), true}, {noise(10), true}})).error().code,
            Code::corrupt);
}

TEST(AgePayload, RefusesAnEndWithinTheNonce) {
  Bytes file = own_header() + payload_of({{{}, true}});
  file.resize(own_header().size() + 7);
  EXPECT_EQ(open(file).error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::pipeline::age
