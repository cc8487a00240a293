#include "pipeline/age_stanza.h"

#include <gtest/gtest.h>

#include "age_files.h"

namespace holdfast::pipeline::age {
namespace {

const std::string kBody = to_base64(Bytes(32, 1), false) + "\n";
const std::string kShare = to_base64(Bytes(32, 9), false);
const std::string kSalt = to_base64(Bytes(16, 1), false);

std::string own_stanza() {
  return text_of(stanza_for(test_identity()));
}

Result<Bytes> open(const std::string& stanzas, const DecryptWith& with = with_identity(test_identity())) {
  return decrypt(header_of(stanzas) + payload_of({{to_bytes("content"), true}}), with);
}

DecryptWith with_passphrase(const char* text) {
  return {.identities = {}, .passphrase = Secret(text)};
}

std::string passphrase_stanza(const char* text, int log_n) {
  test::FixedRandom random;
  return text_of(*wrap_for_passphrase(test_file_key(), Secret(text), log_n, random));
}

TEST(AgeStanza, IsSkippedWhenItsTypeIsUnknown) {
  EXPECT_EQ(open("-> some/other kind\nAAAA\n" + own_stanza()), to_bytes("content"));
  EXPECT_EQ(open(own_stanza() + "-> a-grease thing\n" + std::string(64, 'A') + "\n\n"), to_bytes("content"));
}

TEST(AgeStanza, OfTypeX25519MustHaveItsShape) {
  for (const std::string& stanza : {
           "-> X25519\n" + kBody,                                                 // no share
           "-> X25519 " + kShare + " more\n" + kBody,                             // an argument too many
           "-> X25519 " + to_base64(Bytes(31, 9), false) + "\n" + kBody,          // a short share
           "-> X25519 " + to_base64(Bytes(33, 9), false) + "\n" + kBody,          // a long share
           "-> X25519 " + kShare + "=\n" + kBody,                                 // padding
           "-> X25519 " + std::string(42, 'A') + "B\n" + kBody,                   // not canonical
           "-> X25519 " + kShare + "\n" + to_base64(Bytes(31, 1), false) + "\n",  // a short body
           "-> X25519 " + kShare + "\n" + to_base64(Bytes(33, 1), false) + "\n",  // a long body
           "-> X25519 " + kShare + "\n\n",                                        // no body
       }) {
    EXPECT_EQ(open(stanza).error().code, Code::corrupt) << stanza;
    EXPECT_EQ(open(own_stanza() + stanza).error().code, Code::corrupt) << stanza;
  }
}

TEST(AgeStanza, WithAPointOfLowOrderIsCorrupt) {
  EXPECT_EQ(open("-> X25519 " + to_base64(Bytes(32, 0), false) + "\n" + kBody).error().code, Code::corrupt);
}

TEST(AgeStanza, OfTypeScryptMustBeAlone) {
  const std::string passphrase = passphrase_stanza("pw", 2);
  EXPECT_EQ(open(passphrase, with_passphrase("pw")), to_bytes("content"));
  for (const std::string& other : {own_stanza(), passphrase, std::string("-> unknown\n\n")}) {
    EXPECT_EQ(open(passphrase + other, with_passphrase("pw")).error().code, Code::corrupt) << other;
    EXPECT_EQ(open(other + passphrase, with_passphrase("pw")).error().code, Code::corrupt) << other;
    EXPECT_EQ(open(other + passphrase).error().code, Code::corrupt) << other;
  }
}

TEST(AgeStanza, OfTypeScryptMustHaveItsShape) {
  for (const std::string& arguments :
       {std::string(), kSalt, kSalt + " 2 more", to_base64(Bytes(15, 1), false) + " 2",
        to_base64(Bytes(17, 1), false) + " 2", kSalt + "== 2", kSalt + " 02", kSalt + " 0", kSalt + " +2",
        kSalt + " -2", kSalt + " 2x", kSalt + " x2", kSalt + " 0x2", std::string(21, 'A') + "B 2"}) {
    EXPECT_EQ(open("-> scrypt " + arguments + "\n" + kBody, with_passphrase("pw")).error().code, Code::corrupt)
        << arguments;
  }
  EXPECT_EQ(
      open("-> scrypt " + kSalt + " 2\n" + to_base64(Bytes(33, 1), false) + "\n", with_passphrase("pw")).error().code,
      Code::corrupt);
}

TEST(AgeStanza, ThatAsksForTooMuchWorkIsRefusedBeforeItIsDone) {
  for (const char* work : {"21", "22", "63", "64", "999", "18446744073709551617"}) {
    const auto opened = open("-> scrypt " + kSalt + " " + work + "\n" + kBody, with_passphrase("pw"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::refused) << work;
    EXPECT_FALSE(opened.error().hint.empty());
  }
}

TEST(AgeStanza, TypesAreCaseSensitive) {
  EXPECT_EQ(open("-> x25519 " + kShare + "\n" + kBody).error().code, Code::refused);
  EXPECT_EQ(open("-> SCRYPT " + kSalt + " 2\n" + kBody, with_passphrase("pw")).error().code, Code::refused);
}

TEST(AgeRefusal, OfAWrongIdentityNamesTheKindsOfRecipients) {
  EncryptTo to;
  to.recipients = {test_identity(1).recipient(), test_identity(2).recipient()};
  const auto opened = decrypt(encrypt(as_bytes("x"), to), with_identity(test_identity(3)));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::refused);
  EXPECT_NE(opened.error().hint.find("2 X25519 recipients"), std::string::npos) << opened.error().hint;
}

TEST(AgeRefusal, OfAWrongPassphrase) {
  const auto opened = open(passphrase_stanza("pw", 2), with_passphrase("pW"));
  EXPECT_EQ(opened.error().code, Code::refused);
  EXPECT_EQ(opened.error().to_string().find("pW"), std::string::npos);
}

TEST(AgeRefusal, OfAPassphraseForAFileWithRecipients) {
  const auto opened = open(own_stanza(), with_passphrase("pw"));
  EXPECT_EQ(opened.error().code, Code::refused);
  EXPECT_NE(opened.error().hint.find("X25519"), std::string::npos);
}

TEST(AgeRefusal, OfAnIdentityForAFileWithAPassphrase) {
  const auto opened = open(passphrase_stanza("pw", 2));
  EXPECT_EQ(opened.error().code, Code::refused);
  EXPECT_NE(opened.error().hint.find("passphrase"), std::string::npos);
}

TEST(AgeRefusal, WhenNothingIsGivenToOpenItWith) {
  EXPECT_EQ(open(own_stanza(), {}).error().code, Code::refused);
}

TEST(AgeRefusal, CallsAnotherMacCorrupt) {
  Bytes header = header_of(own_stanza());
  header[header.size() - 2] = header[header.size() - 2] == 'A' ? 'E' : 'A';
  EXPECT_EQ(decrypt(header + payload_of({{{}, true}}), with_identity(test_identity())).error().code, Code::corrupt);
}

// RFC 7748, section 6.1.
TEST(AgeCrypto, ComputesX25519) {
  Bytes alice;
  Bytes bob;
  ASSERT_TRUE(from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", alice));
  ASSERT_TRUE(from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", bob));
  EXPECT_EQ(to_hex(x25519_public(alice)), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(to_hex(x25519_shared(alice, x25519_public(bob))->view()),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

// RFC 7914, section 12: the first 32 bytes of the third example, which has r = 8 and p = 1 as age has.
TEST(AgeCrypto, ComputesScrypt) {
  const auto key = scrypt(as_bytes("pleaseletmein"), as_bytes("SodiumChloride"), 14);
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->view()), "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

// RFC 5869, appendix A.1 and A.3, cut to 32 bytes.
TEST(AgeCrypto, ComputesHkdf) {
  Bytes salt;
  Bytes info;
  ASSERT_TRUE(from_hex("000102030405060708090a0b0c", salt));
  ASSERT_TRUE(from_hex("f0f1f2f3f4f5f6f7f8f9", info));
  EXPECT_EQ(to_hex(hkdf(Bytes(22, 0x0b), salt, as_text(info)).view()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  EXPECT_EQ(to_hex(hkdf(Bytes(22, 0x0b), {}, "").view()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

}  // namespace
}  // namespace holdfast::pipeline::age
