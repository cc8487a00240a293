#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "pipeline/age.h"
#include "pipeline/bech32.h"
#include "support/fixed_random.h"

namespace holdfast::pipeline::age {
namespace {

// The key pair that the format's own description shows.
constexpr const char* kIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
constexpr const char* kRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

TEST(AgeKeys, DerivesTheRecipientOfAnIdentity) {
  EXPECT_EQ(Identity::parse(kIdentity)->recipient().to_string(), kRecipient);
}

TEST(AgeKeys, WritesKeysAsItReadsThem) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    test::FixedRandom random(seed);
    const Identity identity = Identity::generate(random);
    const Secret text = identity.to_secret_string();
    RC_ASSERT(Identity::parse(text.reveal())->scalar().reveal() == identity.scalar().reveal());
    RC_ASSERT(Recipient::parse(identity.recipient().to_string())->point() == identity.recipient().point());
  }));
}

TEST(AgeKeys, RefusesATypingErrorInARecipient) {
  std::string text = kRecipient;
  text[20] = text[20] == 'q' ? 'p' : 'q';
  const auto parsed = Recipient::parse(text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Code::usage);
}

TEST(AgeKeys, RefusesARecipientInUpperCase) {
  EXPECT_FALSE(Recipient::parse("AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ"));
}

TEST(AgeKeys, RefusesAnIdentityInLowerCase) {
  EXPECT_FALSE(Identity::parse("age-secret-key-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpq4egaex"));
}

TEST(AgeKeys, RefusesAKeyOfAnotherLength) {
  EXPECT_FALSE(Recipient::parse(bech32_encode("age", Bytes(31, 9))));
  EXPECT_FALSE(Recipient::parse(bech32_encode("age", Bytes(33, 9))));
}

TEST(AgeKeys, RefusesAPointOfLowOrder) {
  for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    Bytes bytes;
    ASSERT_TRUE(from_hex(point, bytes));
    EXPECT_FALSE(Recipient::parse(bech32_encode("age", bytes))) << point;
  }
}

TEST(AgeKeys, NamesAnUnsupportedKindOfRecipient) {
  const auto plugin = Recipient::parse(bech32_encode("age1yubikey", Bytes(33, 2)));
  EXPECT_NE(plugin.error().message.find("age1yubikey"), std::string::npos);
  EXPECT_FALSE(Recipient::parse("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDFc"));
}

TEST(AgeKeys, NeverShowsASecretKeyInAnError) {
  const std::string secret = kIdentity;
  const std::string cut = secret.substr(0, secret.size() - 1);
  for (const std::string& text : {secret, cut}) {
    for (const std::string& shown : {Recipient::parse(text).error().to_string(), Recipient::parse(text).error().hint,
                                     Identity::parse(cut).error().to_string(), Identity::parse(cut).error().hint}) {
      EXPECT_EQ(shown.find("GFPYYSJZ"), std::string::npos) << shown;
    }
  }
}

TEST(AgeKeys, ReadsAFileAsAgeKeygenWritesIt) {
  const std::string file =
      std::string("# created: 2026-11-21T10:00:00Z\n# public key: ") + kRecipient + "\n" + kIdentity + "\n";
  const auto identities = parse_identities(file);
  ASSERT_TRUE(identities);
  ASSERT_EQ(identities->size(), 1U);
  EXPECT_EQ(identities->front().recipient().to_string(), kRecipient);
}

TEST(AgeKeys, ReadsSeveralRecipientsWithCommentsAndBlankLines) {
  const auto recipients = parse_recipients(std::string("# team\r\n\r\n  ") + kRecipient + "\r\n\n" + kRecipient);
  ASSERT_TRUE(recipients);
  EXPECT_EQ(recipients->size(), 2U);
}

TEST(AgeKeys, NamesTheLineOfABadKey) {
  const auto recipients = parse_recipients(std::string("# team\n") + kRecipient + "\nage1oops\n");
  ASSERT_FALSE(recipients);
  EXPECT_EQ(recipients.error().code, Code::usage);
  EXPECT_NE(recipients.error().to_string().find("line 3"), std::string::npos);
}

TEST(AgeKeys, RefusesAFileWithoutAnyKey) {
  EXPECT_EQ(parse_recipients("# nobody\n").error().code, Code::usage);
  EXPECT_EQ(parse_identities("").error().code, Code::usage);
}

}  // namespace
}  // namespace holdfast::pipeline::age
