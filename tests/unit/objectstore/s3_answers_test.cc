// Answers that are odd, wrong or hostile, and the decisions taken on them.
#include <algorithm>

#include "scripted_s3.h"

namespace holdfast::test {
namespace {

using objectstore::ObjectInfo;
using objectstore::put_bytes;
using objectstore::s3::Config;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class S3AnswersTest : public ScriptedS3 {
 protected:
  static HttpReply page(const std::vector<std::string>& keys, const std::string& next = "") {
    std::string body = "<ListBucketResult>";
    for (const std::string& key : keys) {
      body +=
          "<Contents><Key>" + key + "</Key><LastModified>2026-01-02T03:04:05Z</LastModified><Size>1</Size></Contents>";
    }
    if (!next.empty()) {
      body += "<IsTruncated>true</IsTruncated><NextContinuationToken>" + next + "</NextContinuationToken>";
    }
    return {.body = body + "</ListBucketResult>"};
  }
  void expect_page(const std::string& token, HttpReply reply) {
    const std::string continuation = token.empty() ? "" : "continuation-token=" + token + "&";
    server_.expect(
        {.target = "/bucket?" + continuation + "encoding-type=url&list-type=2&prefix=p", .reply = std::move(reply)});
  }
  // Upload U of /bucket/a, whose parts are refused.
  void expect_upload_that_fails() {
    server_.expect(
        {.method = "POST",
         .target = "/bucket/a?uploads=",
         .reply = {.body = "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>"}});
    server_.handle([](const HttpRequest&) { return error(403, "AccessDenied"); });
  }
  std::ptrdiff_t aborts() const { return std::ranges::count(server_.requests(), "DELETE", &HttpRequest::method); }
  Status list(std::vector<std::string>& keys) {
    const auto collect = [&](const ObjectInfo& info) -> Status {
      keys.push_back(info.key);
      return {};
    };
    return start().list("p", collect, {});
  }
};

TEST_F(S3AnswersTest, ListFollowsItsTokens) {
  expect_page("", page({"pa", "pb"}, "t1"));
  expect_page("t1", page({}, "t2"));
  expect_page("t2", page({"pc"}));
  std::vector<std::string> keys;

  EXPECT_TRUE(list(keys));
  EXPECT_THAT(keys, ElementsAre("pa", "pb", "pc"));
}

TEST_F(S3AnswersTest, ListPassesOverNamesThatAreNoKeysAndStrangers) {
  expect_page("", page({"other", "p/", "p//x", "pa"}));
  std::vector<std::string> keys;

  EXPECT_TRUE(list(keys));
  EXPECT_THAT(keys, ElementsAre("pa"));
}

TEST_F(S3AnswersTest, PageThatComesAgainAndAgainIsCorrupt) {
  expect_page("", page({"pa", "pb"}, "t1"));
  expect_page("t1", page({"pa", "pb"}, "t1"));
  std::vector<std::string> keys;

  const auto listed = list(keys);

  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, Code::corrupt);
  EXPECT_THAT(keys, ElementsAre("pa", "pb"));
}

TEST_F(S3AnswersTest, EmptyPagesWithoutEndAreCorrupt) {
  server_.handle([](const HttpRequest&) { return page({}, "t"); });
  std::vector<std::string> keys;

  EXPECT_EQ(list(keys).error().code, Code::corrupt);
}

TEST_F(S3AnswersTest, ListOutOfOrderIsCorrupt) {
  expect_page("", page({"pb", "pa"}));
  std::vector<std::string> keys;

  EXPECT_EQ(list(keys).error().code, Code::corrupt);
}

TEST_F(S3AnswersTest, PageOfSomethingElseIsCorruptAndNamesTheBucket) {
  expect_page("", {.headers = {{"Content-Type", "text/html"}}, .body = "<html><body>Welcome</body></html>"});
  std::vector<std::string> keys;

  const auto listed = list(keys);

  ASSERT_FALSE(listed);
  EXPECT_THAT(listed.error().to_string(), HasSubstr("s3://bucket"));
}

TEST_F(S3AnswersTest, EndlessPageIsCutOff) {
  expect_page("", {.body = std::string(17 * kMiB, 'x')});
  std::vector<std::string> keys;

  EXPECT_EQ(list(keys).error().code, Code::corrupt);
}

TEST_F(S3AnswersTest, RegionTheServerNamesIsFollowedAndRemembered) {
  server_.expect({.method = "PUT",
                  .target = "/bucket/a",
                  .reply = error(400, "AuthorizationHeaderMalformed", "<Region>garage</Region>")});
  const auto signed_for_garage = [](const HttpRequest& request) -> std::string {
    return request.header("Authorization")->find("/garage/s3/aws4_request") != std::string::npos ? "" : "wrong region";
  };
  for (const std::string target : {"/bucket/a", "/bucket/b"}) {
    server_.expect({.method = "PUT", .target = target, .check = signed_for_garage, .reply = stored()});
    expect_look(target, 1);
  }
  auto& store = start();

  EXPECT_TRUE(put_bytes(store, "a", as_bytes("x"), {}, {}));
  EXPECT_TRUE(put_bytes(store, "b", as_bytes("x"), {}, {}));
  EXPECT_THAT(clock_.sleeps(), SizeIs(0));
}

TEST_F(S3AnswersTest, RegionThatWasConfiguredIsNotReplaced) {
  server_.expect({.method = "PUT",
                  .target = "/bucket/a",
                  .reply = error(400, "AuthorizationHeaderMalformed", "<Region>garage</Region>")});
  Config with = config();
  with.region = "eu-west-1";

  const auto done = put_bytes(start(with), "a", as_bytes("x"), {}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::usage);
  EXPECT_THAT(done.error().hint, HasSubstr("the bucket is in region garage"));
}

TEST_F(S3AnswersTest, ServerThatNamesAnotherRegionEachTimeIsFollowedOnce) {
  int asked = 0;
  server_.handle([&asked](const HttpRequest&) {
    return error(400, "AuthorizationHeaderMalformed", fmt::format("<Region>region-{}</Region>", ++asked));
  });

  EXPECT_FALSE(put_bytes(start(), "a", as_bytes("x"), {}, {}));
  EXPECT_EQ(asked, 2);
}

TEST_F(S3AnswersTest, ExpiredTokenIsRenewedOnce) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = error(400, "ExpiredToken")});
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = stored()});
  expect_look("/bucket/a", 1);
  auto& store = start();

  EXPECT_TRUE(put_bytes(store, "a", as_bytes("x"), {}, {}));
  EXPECT_EQ(fixture_->credentials.forgotten, 1);
}

TEST_F(S3AnswersTest, ThrottlingIsWaitedOutAndCounted) {
  for (int i = 0; i < 3; ++i) {
    server_.expect(
        {.method = "PUT", .target = "/bucket/a", .reply = error(503, "SlowDown", "", {{"Retry-After", "9"}})});
  }
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = stored()});
  expect_look("/bucket/a", 1);
  auto& store = start();

  EXPECT_TRUE(put_bytes(store, "a", as_bytes("x"), {}, {}));
  EXPECT_THAT(clock_.sleeps(), ::testing::Each(std::chrono::seconds(9)));
  EXPECT_EQ(store.traffic().retries, 3U);
  EXPECT_EQ(store.traffic().requests, 5U);
}

TEST_F(S3AnswersTest, RefusalIsNotRetried) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = error(403, "AccessDenied")});

  EXPECT_FALSE(put_bytes(start(), "a", as_bytes("x"), {}, {}));
}

TEST_F(S3AnswersTest, ConnectionResetInTheMiddleOfABodyIsSentAgain) {
  server_.expect(
      {.method = "PUT", .target = "/bucket/a", .reply = {.fault = Fault::reset_in_request, .fault_after = 1000000}});
  server_.expect({.method = "PUT", .target = "/bucket/a", .body = std::string(4 * kMiB, 'x'), .reply = stored()});
  expect_look("/bucket/a", 4 * kMiB);

  EXPECT_TRUE(put_bytes(start(), "a", Bytes(4 * kMiB, 'x'), {}, {}));
}

TEST_F(S3AnswersTest, ServerThatIgnoresRangesIsNoticed) {
  server_.expect(
      {.target = "/bucket/a", .headers = {{"Range", "bytes=10-19"}}, .reply = {.body = std::string(100, 'x')}});

  const auto opened = start().get("a", {.offset = 10, .length = 10}, {});

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::unsupported);
}

TEST_F(S3AnswersTest, RangeOtherThanAskedForIsNoticed) {
  server_.expect(
      {.target = "/bucket/a",
       .reply = {.status = 206, .headers = {{"Content-Range", "bytes 0-9/100"}}, .body = std::string(10, 'x')}});

  EXPECT_EQ(start().get("a", {.offset = 10, .length = 10}, {}).error().code, Code::unsupported);
}

TEST_F(S3AnswersTest, MoreBytesThanAskedForAreNotTaken) {
  server_.expect(
      {.target = "/bucket/a",
       .reply = {.status = 206, .headers = {{"Content-Range", "bytes 0-99/100"}}, .body = std::string(100, 'x')}});

  EXPECT_EQ(start().get("a", {.offset = 0, .length = 10}, {}).error().code, Code::corrupt);
}

TEST_F(S3AnswersTest, UnreadableRangeIsCorrupt) {
  for (const char* range : {"", "bytes */100", "bytes 0-9/*", "bytes 5-9/3", "items 0-9/100"}) {
    server_.expect({.target = "/bucket/a",
                    .reply = {.status = 206, .headers = {{"Content-Range", range}}, .body = std::string(10, 'x')}});
    EXPECT_EQ(start().get("a", {.offset = 0, .length = 10}, {}).error().code, Code::corrupt) << range;
  }
}

TEST_F(S3AnswersTest, CompletedObjectOfAnotherSizeIsCorrupt) {
  server_.expect(
      {.method = "POST",
       .target = "/bucket/a?uploads=",
       .reply = {.body = "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>"}});
  for (const char* part : {"1", "2"}) {
    server_.expect({.method = "PUT",
                    .target = fmt::format("/bucket/a?partNumber={}&uploadId=U", part),
                    .reply = {.headers = {{"ETag", "\"p\""}}}});
  }
  server_.expect(
      {.method = "POST",
       .target = "/bucket/a?uploadId=U",
       .reply = {.body = "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>"}});
  server_.expect(
      {.method = "HEAD", .target = "/bucket/a", .reply = {.headers = {{"ETag", "\"e\""}}, .content_length = 5 * kMiB}});

  const auto done = put_bytes(start(), "a", Bytes(6 * kMiB), {}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::corrupt);
}

TEST_F(S3AnswersTest, PageNotFoundIsNoMissingObject) {
  const HttpReply page{.status = 404, .headers = {{"Content-Type", "text/html"}}, .body = "<html>Not Found</html>"};
  server_.expect({.method = "GET", .target = "/bucket/a", .reply = page});
  server_.expect({.method = "HEAD", .target = "/bucket/a", .reply = {.status = 404}});
  server_.expect({.method = "GET", .target = "/bucket/a", .reply = page});
  auto& store = start();

  EXPECT_EQ(store.get("a", {}, {}).error().code, Code::unsupported);
  EXPECT_EQ(store.head("a", {}).error().code, Code::unsupported);
}

TEST_F(S3AnswersTest, SizeBeyondWhatAnObjectMayHaveIsRefusedBeforeAnythingIsSent) {
  MemorySource source(as_bytes("x"));

  const auto done = start().put("a", source, {.size_limit = objectstore::s3::kLargestObject + 1}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::no_space);
  EXPECT_THAT(done.error().to_string(), HasSubstr("5 TiB"));
  EXPECT_THAT(server_.requests(), SizeIs(0));
}

TEST_F(S3AnswersTest, LargestObjectIsNotRefused) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = stored()});
  expect_look("/bucket/a", 1);
  MemorySource source(as_bytes("x"));

  EXPECT_TRUE(start().put("a", source, {.size_limit = objectstore::s3::kLargestObject}, {}));
}

TEST_F(S3AnswersTest, UploadIsAbortedUntilNothingOfItCanHaveOutlivedThat) {
  expect_upload_that_fails();
  server_.expect({.method = "DELETE", .target = "/bucket/a?uploadId=U", .reply = {.status = 204}});
  server_.expect({.method = "DELETE", .target = "/bucket/a?uploadId=U", .reply = {.status = 204}});

  EXPECT_EQ(put_bytes(start(), "a", Bytes(6 * kMiB), {}, {}).error().code, Code::refused);
  EXPECT_EQ(aborts(), 2);
}

TEST_F(S3AnswersTest, UploadThatIsGoneIsNotAbortedAgain) {
  expect_upload_that_fails();
  server_.expect({.method = "DELETE", .target = "/bucket/a?uploadId=U", .reply = error(404, "NoSuchUpload")});

  EXPECT_EQ(put_bytes(start(), "a", Bytes(6 * kMiB), {}, {}).error().code, Code::refused);
  EXPECT_EQ(aborts(), 1);
}

TEST_F(S3AnswersTest, UploadWithoutAnIdIsCorrupt) {
  server_.expect({.method = "POST", .target = "/bucket/a?uploads=", .reply = {.body = "<html/>"}});

  EXPECT_EQ(put_bytes(start(), "a", Bytes(6 * kMiB), {}, {}).error().code, Code::corrupt);
}

TEST_F(S3AnswersTest, NoMessageEverHoldsTheSecretKey) {
  server_.handle([](const HttpRequest& request) {
    return error(403, "SignatureDoesNotMatch",
                 "<Message>" + request.header("Authorization").value_or("") + "</Message>");
  });

  const auto error = put_bytes(start(), "a", as_bytes("x"), {}, {}).error();

  EXPECT_EQ(error.to_string().find("SECRET"), std::string::npos);
}

TEST_F(S3AnswersTest, HeadTellsWhoEncryptsAndHowLongAnObjectIsLocked) {
  server_.expect({.method = "HEAD",
                  .target = "/bucket/a",
                  .reply = {.headers = {{"Content-Length", "7"},
                                        {"x-amz-server-side-encryption", "aws:kms"},
                                        {"x-amz-server-side-encryption-aws-kms-key-id", "key-1"},
                                        {"x-amz-object-lock-retain-until-date", "2026-12-01T00:00:00.000Z"}}}});
  const auto info = start().head("a", {});
  ASSERT_TRUE(info) << info.error().to_string();
  EXPECT_EQ(info->server_encryption, "aws:kms, key key-1");
  EXPECT_EQ(info->retained_until, parse_time("2026-12-01T00:00:00Z").value());
}

TEST_F(S3AnswersTest, AServerThatIsAwayIsMentionedWhileItIsWaitedFor) {
  server_.handle([](const HttpRequest&) { return error(503, "SlowDown"); });
  testing::internal::CaptureStderr();
  EXPECT_FALSE(start().head("a", {}));
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("s3_waiting"));
  EXPECT_EQ(said.find("s3_waiting"), said.rfind("s3_waiting")) << said;
}

}  // namespace
}  // namespace holdfast::test
