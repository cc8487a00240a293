#include "base/proto_reader.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

ByteView view(const std::string& text) {
  return as_bytes(text);
}

TEST(ProtoReader, GivesEveryFieldWithItsType) {
  const std::string message("\x08\x96\x01\x12\x02hi\x1d\x01\x00\x00\x00\x21\x02\x00\x00\x00\x00\x00\x00\x00", 21);
  ProtoReader reader(view(message));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.field(), 1U);
  EXPECT_EQ(reader.number(), 150U);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.type(), WireType::bytes);
  EXPECT_EQ(as_text(reader.bytes()), "hi");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.number(), 1U);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.type(), WireType::fixed64);
  EXPECT_EQ(reader.number(), 2U);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.failed());
}

TEST(ProtoReader, FailsAtTheFirstDamagedByte) {
  for (const std::string& bad :
       {std::string("\x08"), std::string("\x12\x05hi"), std::string("\x00\x01", 2), std::string("\x0b"),
        std::string(11, '\xff'), std::string("\x1d\x01"), std::string("\x21\x01")}) {
    ProtoReader reader(view(bad));
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.failed());
    EXPECT_FALSE(reader.next());
  }
}

}  // namespace
}  // namespace holdfast
