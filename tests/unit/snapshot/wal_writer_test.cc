#include "snapshot/wal_writer.h"

#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "snapshot/raft_snapshot.h"

namespace holdfast::snapshot {
namespace {

Membership one_member() {
  return parse_membership("m1=http://127.0.0.1:23180", "tok1").value();
}
Membership three_members() {
  return parse_membership("m1=http://127.0.0.1:23181,m2=http://127.0.0.1:23182,m3=http://127.0.0.1:23183", "tokc")
      .value();
}

// What etcdctl 3.5.30 and etcdutl 3.5.16 wrote for this membership.
constexpr std::string_view kWalOfOneMember =
    "0400000000000084080410000000000020000000000000000801109dda95b20c1a1608d89cfde7ec"
    "cca180e9011080b3d6bbb7bab9ef91010e00000000000082080510dfbbf4d2051a04080010000000"
    "7000000000000000080210e0b58f9b051a66080110011801225e0800100018d89cfde7eccca180e9"
    "01224d7b226964223a31363738393536373138363932313237393036342c227065657255524c7322"
    "3a5b22687474703a2f2f3132372e302e302e313a3233313830225d2c226e616d65223a226d31227d"
    "1900000000000087080310d7bbf1bb021a0f080110d89cfde7eccca180e901180100000000000000"
    "1d00000000000083080510a0d0ebf50a1a13080110011a0d08d89cfde7eccca180e9012800000000";

TEST(WalWriter, WritesTheBytesThatEtcdutlWritesForOneMember) {
  const Membership membership = one_member();

  EXPECT_EQ(to_hex(encode_wal(membership, membership.members[0])), kWalOfOneMember);
}

TEST(WalWriter, HasTheLengthThatEtcdutlReachesForThreeMembers) {
  const Membership membership = three_members();

  EXPECT_EQ(encode_wal(membership, *membership.find("m2")).size(), 536U);
}

TEST(WalWriter, DiffersBetweenMembersOnlyInIdentityAndChecksums) {
  const Membership membership = three_members();

  const Bytes one = encode_wal(membership, membership.members[0]);
  const Bytes other = encode_wal(membership, membership.members[1]);

  EXPECT_NE(one, other);
  EXPECT_EQ(one.size(), other.size());
}

TEST(RaftSnapshot, IsTheFileThatEtcdutlWritesForOneMember) {
  const Bytes file = encode_raft_snapshot(one_member());

  EXPECT_EQ(raft_snapshot_name(one_member()), "0000000000000001-0000000000000001.snap");
  EXPECT_EQ(file.size(), 6492U);
  // 0x08: field 1, then 0xddb26aaf as a varint: etcd's own checksum over the rest.
  EXPECT_EQ(to_hex(ByteView(file).first(6)), "08afd5c9ed0d");
}

TEST(RaftSnapshot, IsTheFileThatEtcdutlWritesForThreeMembers) {
  const Bytes file = encode_raft_snapshot(three_members());

  EXPECT_EQ(raft_snapshot_name(three_members()), "0000000000000001-0000000000000003.snap");
  EXPECT_EQ(file.size(), 7570U);
  // 0x55e2f38c
  EXPECT_EQ(to_hex(ByteView(file).first(6)), "088ce78baf05");
}

}  // namespace
}  // namespace holdfast::snapshot
