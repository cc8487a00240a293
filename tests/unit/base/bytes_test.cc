#include "base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

TEST(Hex, WritesLowerCase) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x9f, 0xff}), "009fff");
}

TEST(Hex, ReadsBothCases) {
  Bytes out;
  ASSERT_TRUE(from_hex("00aAfF", out));
  EXPECT_EQ(out, (Bytes{0x00, 0xaa, 0xff}));
}

TEST(Hex, RefusesOddLengthAndOtherCharactersAndLeavesTheResultAlone) {
  Bytes out{1, 2, 3};
  for (const char* bad : {"0", "0g", "g0", " 00", "0x00"})
    EXPECT_FALSE(from_hex(bad, out)) << bad;
  EXPECT_EQ(out, (Bytes{1, 2, 3}));
}

RC_GTEST_PROP(Hex, ReadsWhatItWrote, (const Bytes& bytes)) {
  Bytes out;
  RC_ASSERT(from_hex(to_hex(bytes), out));
  RC_ASSERT(out == bytes);
}

// RFC 4648, section 10.
TEST(Base64, WritesTheVectorsOfItsStandard) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(text)), encoded);
    Bytes out;
    ASSERT_TRUE(from_base64(encoded, true, out)) << encoded;
    EXPECT_EQ(as_text(out), text);
  }
}

TEST(Base64, RefusesEveryFormItDoesNotWrite) {
  Bytes out;
  // Missing, surplus or misplaced padding, unused bits set, foreign characters, white space.
  for (const char* bad :
       {"Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm9v=", "Zm 9v", "Zm9v\n", "Zm-v", "Z=g="}) {
    EXPECT_FALSE(from_base64(bad, true, out)) << bad;
  }
  for (const char* bad : {"Zg==", "Z", "Zh", "Zm9vY"})
    EXPECT_FALSE(from_base64(bad, false, out)) << bad;
}

RC_GTEST_PROP(Base64, ReadsWhatItWrote, (const Bytes& bytes, bool padded)) {
  Bytes out;
  RC_ASSERT(from_base64(to_base64(bytes, padded), padded, out));
  RC_ASSERT(out == bytes);
}

RC_GTEST_PROP(Base64, AcceptsOneTextOnlyForEachValue, (const std::string& text, bool padded)) {
  Bytes out;
  if (from_base64(text, padded, out)) RC_ASSERT(to_base64(out, padded) == text);
}

TEST(LoadAndStore, UseTheNamedByteOrderAtAnyAddress) {
  Bytes buffer(9);
  store_le<std::uint32_t>(buffer.data() + 1, 0x01020304);
  EXPECT_EQ(buffer[1], 4);
  EXPECT_EQ(load_le<std::uint32_t>(buffer.data() + 1), 0x01020304U);
  store_be64(buffer.data() + 1, 0x0102030405060708);
  EXPECT_EQ(buffer[1], 1);
  EXPECT_EQ(load_be64(buffer.data() + 1), 0x0102030405060708U);
}

}  // namespace
}  // namespace holdfast
