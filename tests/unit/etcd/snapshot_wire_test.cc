#include "etcd/snapshot_wire.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::etcd {
namespace {

void add_varint(Bytes& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

void add_field(Bytes& bytes, std::uint64_t number, ByteView value) {
  add_varint(bytes, number << 3 | 2);
  add_varint(bytes, value.size());
  bytes.insert(bytes.end(), value.begin(), value.end());
}

TEST(SnapshotWire, ReadsWhatASenderWrites) {
  EXPECT_TRUE(rc::check([](std::uint64_t remaining, const Bytes& blob, const std::string& version) {
    Bytes bytes;
    add_varint(bytes, 2 << 3);
    add_varint(bytes, remaining);
    add_field(bytes, 3, blob);
    add_field(bytes, 4, as_bytes(version));
    const auto message = parse_snapshot_message(bytes);
    RC_ASSERT(message.has_value());
    RC_ASSERT(message->remaining_bytes == remaining);
    RC_ASSERT(Bytes(message->blob.begin(), message->blob.end()) == blob);
    RC_ASSERT(message->version == version);
  }));
}

TEST(SnapshotWire, TakesAbsentFieldsAsZero) {
  const auto message = parse_snapshot_message({});
  ASSERT_TRUE(message);
  EXPECT_EQ(message->remaining_bytes, 0U);
  EXPECT_TRUE(message->blob.empty());
}

TEST(SnapshotWire, PassesOverFieldsItDoesNotKnow) {
  Bytes bytes;
  add_field(bytes, 1, as_bytes("header"));
  add_varint(bytes, 9 << 3 | 1);
  bytes.insert(bytes.end(), 8, 0xaa);
  add_varint(bytes, 10 << 3 | 5);
  bytes.insert(bytes.end(), 4, 0xbb);
  add_varint(bytes, 11 << 3);
  add_varint(bytes, 1'000'000);
  add_field(bytes, 3, as_bytes("blob"));
  EXPECT_EQ(as_text(parse_snapshot_message(bytes)->blob), "blob");
}

TEST(SnapshotWire, RefusesAMessageCutShortAnywhere) {
  Bytes bytes;
  add_varint(bytes, 2 << 3);
  add_varint(bytes, 1'000'000);
  add_field(bytes, 3, as_bytes("some blob"));
  for (const std::size_t size : {1U, 3U, 5U, 6U, 13U}) {
    const auto message = parse_snapshot_message(ByteView(bytes).first(size));
    ASSERT_FALSE(message) << size;
    EXPECT_EQ(message.error().code, Code::corrupt);
  }
}

TEST(SnapshotWire, RefusesNumbersAndTypesThatCannotBe) {
  const Bytes endless(11, 0xff);
  EXPECT_FALSE(parse_snapshot_message(endless));
  const Bytes group{3 << 3 | 3};
  EXPECT_FALSE(parse_snapshot_message(group));
  const Bytes enormous{3 << 3 | 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
  EXPECT_FALSE(parse_snapshot_message(enormous));
}

TEST(SnapshotWire, NeverReadsBeyondHostileBytes) {
  EXPECT_TRUE(rc::check([](const Bytes& bytes) {
    const auto message = parse_snapshot_message(bytes);
    if (message) RC_ASSERT(message->blob.size() + message->version.size() <= bytes.size());
  }));
}

}  // namespace
}  // namespace holdfast::etcd
