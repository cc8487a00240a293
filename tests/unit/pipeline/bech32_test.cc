#include "pipeline/bech32.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::pipeline {
namespace {

TEST(Bech32, DecodesWhatItEncodes) {
  EXPECT_TRUE(rc::check([](const Bytes& data) {
    const auto decoded = bech32_decode(bech32_encode("age", data));
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(decoded->prefix == "age");
    RC_ASSERT(decoded->data == data);
  }));
}

// Valid and invalid examples of BIP 173; the data parts that are no whole number of bytes are left out.
TEST(Bech32, TakesTheExamplesOfItsDefinition) {
  EXPECT_TRUE(bech32_decode("A12UEL5L"));
  EXPECT_TRUE(bech32_decode("a12uel5l"));
  EXPECT_TRUE(bech32_decode("?1ezyfcl"));
  EXPECT_EQ(bech32_decode("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")->data,
            (Bytes{0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf,
                   0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf}));
}

TEST(Bech32, RefusesTheCounterexamplesOfItsDefinition) {
  for (const char* text :
       {"\x20"
        "1nwldj5",
        "\x7f"
        "1axkwrx",
        "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "de1lg7wt\xff", "A1G7SGD8", "10a06t8", "1qzzfhee"}) {
    EXPECT_FALSE(bech32_decode(text)) << text;
  }
}

TEST(Bech32, RefusesMixedCases) {
  std::string text = bech32_encode("age", Bytes{1, 2, 3, 4});
  text[0] = 'A';
  EXPECT_FALSE(bech32_decode(text));
}

TEST(Bech32, NoticesEveryChangedCharacter) {
  const std::string text = bech32_encode("age", Bytes(32, 7));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : std::string("qpzry9x8gf2tvdw0s3jn54khce6mua7l1")) {
      std::string changed = text;
      changed[at] = c;
      if (changed != text) {
        EXPECT_FALSE(bech32_decode(changed)) << changed;
      }
    }
  }
}

TEST(Bech32, RefusesPaddingThatIsNotZero) {
  // 'a' carries five bits: one character is too little for a byte, and two leave two bits over, here set.
  EXPECT_FALSE(bech32_decode("a1qqqqqqqqqqq"));
  EXPECT_FALSE(bech32_decode("a1lllllllllll"));
}

}  // namespace
}  // namespace holdfast::pipeline
