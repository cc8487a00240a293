#include "snapshot/wal_identity.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "snapshot/wal_writer.h"

namespace holdfast::snapshot {
namespace {

Membership three_members() {
  return parse_membership("m1=http://127.0.0.1:23181,m2=http://127.0.0.1:23182,m3=http://127.0.0.1:23183", "tokc")
      .value();
}

TEST(WalIdentity, SaysWhoWroteTheLog) {
  const Membership membership = three_members();
  for (const MemberSpec& member : membership.members) {
    const auto identity = read_wal_identity(encode_wal(membership, member));
    ASSERT_TRUE(identity) << identity.error().to_string();
    EXPECT_EQ(identity->member_id, member.id);
    EXPECT_EQ(identity->cluster_id, membership.cluster_id);
  }
}

// A later segment begins with the checksum of those before.
TEST(WalIdentity, TheSeedOfTheChecksumCounts) {
  Bytes log = encode_wal(three_members(), three_members().members[0]);
  log[11] ^= 1;
  EXPECT_FALSE(read_wal_identity(log));
}

TEST(WalIdentity, AnyDamageInTheTwoRecordsIsSeen) {
  const Bytes log = encode_wal(three_members(), three_members().members[1]);
  const auto sound = read_wal_identity(log).value();
  EXPECT_TRUE(rc::check([&] {
    Bytes damaged = log;
    const std::size_t at = *rc::gen::inRange<std::size_t>(0, 56);
    damaged[at] ^= static_cast<std::uint8_t>(1U << *rc::gen::inRange(0U, 8U));
    const auto identity = read_wal_identity(damaged);
    // A flipped bit in the padding, or in a length that still covers the record, changes nothing that is said.
    RC_ASSERT(!identity || (identity->member_id == sound.member_id && identity->cluster_id == sound.cluster_id));
  }));
}

TEST(WalIdentity, ALogThatIsCutOffIsRefused) {
  const Bytes log = encode_wal(three_members(), three_members().members[2]);
  for (std::size_t size = 0; size < 40; ++size) {
    const auto identity = read_wal_identity(ByteView(log).first(size));
    ASSERT_FALSE(identity) << size;
    EXPECT_EQ(identity.error().code, Code::corrupt);
  }
}

TEST(WalIdentity, ZerosAreNobody) {
  EXPECT_FALSE(read_wal_identity(Bytes(kWalHeadSize)));
}

}  // namespace
}  // namespace holdfast::snapshot
