#include "base/sha256.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

// FIPS 180-4 examples.
TEST(Sha256, GivesTheKnownDigests) {
  EXPECT_EQ(to_hex(Sha256::of(as_bytes(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(Sha256::of(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(Sha256::of(Bytes(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

RC_GTEST_PROP(Sha256, DoesNotDependOnHowTheBytesArrive, (const Bytes& head, const Bytes& tail)) {
  Bytes whole = head;
  whole.insert(whole.end(), tail.begin(), tail.end());
  Sha256 hash;
  hash.update(head);
  hash.update(tail);
  RC_ASSERT(hash.finish() == Sha256::of(whole));
}

TEST(Sha256, GoesOnAfterAMove) {
  Sha256 first;
  first.update(as_bytes("a"));
  Sha256 second = std::move(first);
  second.update(as_bytes("bc"));
  EXPECT_EQ(second.finish(), Sha256::of(as_bytes("abc")));
}

// RFC 4231, cases 2 and 6, and the empty key.
TEST(HmacSha256, GivesTheKnownDigests) {
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(to_hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

}  // namespace
}  // namespace holdfast
