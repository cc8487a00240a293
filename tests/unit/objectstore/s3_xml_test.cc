#include <gmock/gmock.h>

#include "objectstore/s3/http_date.h"
#include "objectstore/s3/xml.h"

namespace holdfast::test {
namespace {

using namespace objectstore::s3;  // every function of the header is under test
using ::testing::HasSubstr;

std::string list_of(const std::string& contents, const std::string& rest = "") {
  return R"(<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)" +
         rest + contents + "</ListBucketResult>";
}

std::string contents(const std::string& key, const std::string& size = "1") {
  return "<Contents><Key>" + key + "</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>" +
         "<ETag>&quot;abc-2&quot;</ETag><Size>" + size + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
}

TEST(S3Xml, ReadsAPageOfAList) {
  const auto page = parse_list(
      list_of(contents("a/b", "1234567890123"),
              "<Name>bucket</Name><IsTruncated>true</IsTruncated><NextContinuationToken>t+/=</NextContinuationToken>"));

  ASSERT_TRUE(page) << page.error().to_string();
  ASSERT_EQ(page->objects.size(), 1U);
  EXPECT_EQ(page->objects[0].key, "a/b");
  EXPECT_EQ(page->objects[0].size, 1234567890123U);
  EXPECT_EQ(page->objects[0].etag, "abc-2");
  EXPECT_EQ(format_time(page->objects[0].modified, true), "2026-01-02T03:04:05.678Z");
  EXPECT_TRUE(page->truncated);
  EXPECT_EQ(page->next_token, "t+/=");
}

TEST(S3Xml, DecodesNamesOnlyWhenTheServerSaysThatTheyAreEncoded) {
  const auto plain = parse_list(list_of(contents("a+b%20c&amp;d")));
  const auto encoded = parse_list(list_of(contents("a+b%20c%26d%2B"), "<EncodingType>url</EncodingType>"));

  EXPECT_EQ(plain->objects.at(0).key, "a+b%20c&d");
  EXPECT_EQ(encoded->objects.at(0).key, "a b c&d+");
}

TEST(S3Xml, KeepsNamesOfWhiteSpace) {
  EXPECT_EQ(parse_list(list_of(contents(" "))).value().objects.at(0).key, " ");
}

TEST(S3Xml, RefusesListsThatAreNone) {
  for (const std::string& body :
       {std::string(), std::string("<html><body>login</body></html>"), std::string("<ListBucketResult>"),
        list_of(contents("a", "")), list_of(contents("a", "-1")), list_of(contents("a", "99999999999999999999")),
        list_of("<Contents><Key>a</Key><Size>1</Size></Contents>"), list_of("", "<IsTruncated>true</IsTruncated>"),
        list_of("", "<IsTruncated>maybe</IsTruncated>"),
        list_of(contents("%zz"), "<EncodingType>url</EncodingType>")}) {
    const auto page = parse_list(body);
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().code, Code::corrupt);
  }
}

TEST(S3Xml, NeverExpandsEntities) {
  const std::string bomb =
      R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Error><Code>&b;</Code></Error>)";

  EXPECT_THAT(parse_error(bomb).code, ::testing::Not(HasSubstr("aaaa")));
}

TEST(S3Xml, ReadsErrors) {
  const auto error = parse_error(
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'a' is wrong</Message><Region>b</Region>"
      "<RequestId>r1</RequestId></Error>");

  EXPECT_EQ(error.code, "AuthorizationHeaderMalformed");
  EXPECT_EQ(error.message, "the region 'a' is wrong");
  EXPECT_EQ(error.region, "b");
  EXPECT_EQ(error.request_id, "r1");
  EXPECT_EQ(parse_error("<html>").code, "");
  EXPECT_EQ(parse_error("<CompleteMultipartUploadResult/>").code, "");
}

TEST(S3Xml, ReadsUploadIdsAndCompletions) {
  EXPECT_EQ(parse_upload_id("<InitiateMultipartUploadResult><UploadId>2~x</UploadId></InitiateMultipartUploadResult>")
                .value(),
            "2~x");
  EXPECT_FALSE(parse_upload_id("<InitiateMultipartUploadResult/>"));
  EXPECT_EQ(parse_completed("\n  <CompleteMultipartUploadResult><ETag>\"e-2\"</ETag></CompleteMultipartUploadResult>")
                .value()
                .etag,
            "e-2");
  EXPECT_FALSE(parse_completed(""));
}

TEST(S3Xml, ReadsUnfinishedUploads) {
  const auto page = parse_uploads(
      "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
      "<NextUploadIdMarker>u</NextUploadIdMarker><Upload><Key>a b</Key><UploadId>1</UploadId>"
      "<Initiated>2026-01-02T03:04:05Z</Initiated></Upload></ListMultipartUploadsResult>");

  ASSERT_TRUE(page) << page.error().to_string();
  ASSERT_EQ(page->uploads.size(), 1U);
  EXPECT_EQ(page->uploads[0].key, "a b");
  EXPECT_EQ(page->next_key_marker, "k");
  EXPECT_EQ(page->next_upload_id_marker, "u");
}

TEST(S3Xml, WritesTheListOfParts) {
  EXPECT_EQ(complete_document({{.etag = "a"}, {.etag = "b<", .checksum_tag = "ChecksumCRC32C", .checksum = "x="}}),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>\"b&lt;\"</ETag><ChecksumCRC32C>x=</ChecksumCRC32C></Part>"
            "</CompleteMultipartUpload>");
}

TEST(S3Xml, TakesQuotesOffEtags) {
  EXPECT_EQ(unquoted("\"abc\""), "abc");
  EXPECT_EQ(unquoted("W/\"abc\""), "abc");
  EXPECT_EQ(unquoted("abc"), "abc");
  EXPECT_EQ(unquoted("\""), "\"");
}

TEST(HttpDate, ReadsTheOneFormServersSend) {
  EXPECT_EQ(format_time(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").value()), "1994-11-06T08:49:37Z");
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nox 1994 08:49:37 GMT",
                           "Sun, 36 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::test
