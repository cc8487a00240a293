#include "snapshot/member_json.h"

#include <gtest/gtest.h>

namespace holdfast::snapshot {
namespace {

TEST(MemberJson, HasEtcdsFieldsInEtcdsOrder) {
  const MemberSpec member{.name = "m1", .peer_urls = {"http://a:1", "http://b:2"}, .id = 18446744073709551615U};

  EXPECT_EQ(member_json(member), R"({"id":18446744073709551615,"peerURLs":["http://a:1","http://b:2"],"name":"m1"})");
  EXPECT_EQ(raft_attributes_json(member), R"({"peerURLs":["http://a:1","http://b:2"]})");
}

TEST(MemberJson, EscapesAsEtcdsEncoderDoes) {
  EXPECT_EQ(quote_json("a<b>&c"), R"("a\u003cb\u003e\u0026c")");
  EXPECT_EQ(quote_json(R"(back\slash "quoted")"), R"("back\\slash \"quoted\"")");
  EXPECT_EQ(quote_json("line\xe2\x80\xa8separator"), R"("line\u2028separator")");
  EXPECT_EQ(quote_json("größe"), "\"größe\"");
}

}  // namespace
}  // namespace holdfast::snapshot
