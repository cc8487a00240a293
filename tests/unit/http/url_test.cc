#include "http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::http {
namespace {

TEST(ParseUrl, TakesAUrlApart) {
  const Url url = parse_url("HTTPS://s3.example.test:9000/bucket/a%20b?list-type=2&prefix=x#part").value();
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "s3.example.test");
  EXPECT_EQ(url.port, 9000);
  EXPECT_EQ(url.path, "/bucket/a%20b");
  EXPECT_EQ(url.query, "list-type=2&prefix=x");
  EXPECT_EQ(url.host_header(), "s3.example.test:9000");
}

TEST(ParseUrl, KnowsTheDefaultPorts) {
  EXPECT_EQ(parse_url("http://h").value().port, 80);
  EXPECT_EQ(parse_url("https://h").value().port, 443);
  EXPECT_EQ(parse_url("https://h:443/").value().host_header(), "h");
  EXPECT_EQ(parse_url("http://h:443/").value().host_header(), "h:443");
  EXPECT_EQ(parse_url("http://h").value().path, "/");
  EXPECT_EQ(parse_url("http://h?q").value().path, "/");
}

TEST(ParseUrl, UnderstandsIpv6Addresses) {
  const Url url = parse_url("http://[fd00:ec2::254]:8080/x").value();
  EXPECT_EQ(url.host, "fd00:ec2::254");
  EXPECT_EQ(url.port, 8080);
  EXPECT_EQ(url.host_header(), "[fd00:ec2::254]:8080");
}

TEST(ParseUrl, RefusesWhatIsNotAUrl) {
  for (const char* text :
       {"", "host", "//host", "ftp://host", "http://", "http://:80", "http://h:", "http://h:0", "http://h:65536",
        "http://h:8a", "http://[::1", "http://[::1]x", "http://a b/", "http://h/\n", "http://h/\x7f"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Code::usage) << text;
  }
}

TEST(ParseUrl, RefusesUserInformationWithoutRepeatingIt) {
  const auto url = parse_url("https://user:hunter2@host/path");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().code, Code::usage);
  EXPECT_THAT(url.error().to_string() + url.error().hint, testing::Not(testing::HasSubstr("hunter2")));
}

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/c+d=é"), "a%20b%2Fc%2Bd%3D%C3%A9");
  EXPECT_EQ(percent_encode("a b/c", "/"), "a%20b/c");
}

TEST(PercentEncode, RoundTripsAnyBytes) {
  EXPECT_TRUE(rc::check("decode(encode(x)) == x", [](const std::string& text) {
    const std::string encoded = percent_encode(text);
    for (const char c : encoded)
      RC_ASSERT(c > 0x20 && c < 0x7f);
    RC_ASSERT(percent_decode(encoded).value() == text);
  }));
}

TEST(PercentDecode, RefusesIncompleteEscapes) {
  for (const char* text : {"%", "a%2", "%zz", "%2g"})
    EXPECT_FALSE(percent_decode(text)) << text;
  EXPECT_EQ(percent_decode("%41%62+").value(), "Ab+");
}

TEST(ParseUrl, NeverFailsOnWhatItWroteItself) {
  EXPECT_TRUE(rc::check("parse(host_header) gives the host again", [] {
    const auto host = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
    const auto port = *rc::gen::inRange(1, 65536);
    const Url url = parse_url(fmt::format("http://{}:{}", host, port)).value();
    const Url again = parse_url("http://" + url.host_header()).value();
    RC_ASSERT(again.host == host);
    RC_ASSERT(again.port == port);
  }));
}

}  // namespace
}  // namespace holdfast::http
