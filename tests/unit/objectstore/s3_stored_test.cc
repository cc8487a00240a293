// Is it there? What is looked at before and after an object is stored.
#include "scripted_s3.h"

namespace holdfast::test {
namespace {

using objectstore::put_bytes;
using objectstore::s3::ConditionalPut;
using objectstore::s3::Config;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class S3StoredTest : public ScriptedS3 {
 protected:
  static constexpr std::uint64_t kTwoParts = 6 * kMiB;

  // Upload U of /bucket/a in two parts, which goes well up to its completion.
  void expect_parts() {
    server_.expect(
        {.method = "POST",
         .target = "/bucket/a?uploads=",
         .reply = {.body = "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>"}});
    for (const char* part : {"1", "2"}) {
      server_.expect(
          {.method = "PUT", .target = fmt::format("/bucket/a?partNumber={}&uploadId=U", part), .reply = stored("p")});
    }
  }
  void expect_completion(const std::string& etag) {
    server_.expect({.method = "POST",
                    .target = "/bucket/a?uploadId=U",
                    .absent_headers = {"If-None-Match"},
                    .reply = {.body = "<CompleteMultipartUploadResult>" + etag + "</CompleteMultipartUploadResult>"}});
  }
  void expect_missing(int times) {
    for (int i = 0; i < times; ++i)
      server_.expect({.method = "HEAD", .target = "/bucket/a", .reply = {.status = 404}});
  }
  Config without_conditions() const {
    Config with = config();
    with.conditional_put = ConditionalPut::unsupported;
    return with;
  }
};

TEST_F(S3StoredTest, AServerThatKeepsNothingIsNotBelieved) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = stored()});
  expect_missing(4);

  const auto done = put_bytes(start(), "a", as_bytes("x"), {}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unsupported);
  EXPECT_THAT(done.error().to_string(), HasSubstr("does not have it"));
  EXPECT_FALSE(done.error().hint.empty());
  EXPECT_THAT(clock_.sleeps(), SizeIs(3));
}

TEST_F(S3StoredTest, AServerThatKeepsNothingOfAnUploadInPartsIsNotBelieved) {
  expect_parts();
  expect_completion("<ETag>\"e-2\"</ETag>");
  expect_missing(4);

  const auto done = put_bytes(start(without_conditions()), "a", Bytes(kTwoParts), {}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unsupported);
}

TEST_F(S3StoredTest, AServerThatShowsTheObjectLateIsWaitedFor) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = stored()});
  expect_missing(2);
  expect_look("/bucket/a", 1);

  EXPECT_TRUE(put_bytes(start(), "a", as_bytes("x"), {}, {}));
}

TEST_F(S3StoredTest, AnAnswerWithoutEtagIsNoSuccess) {
  server_.expect({.method = "PUT", .target = "/bucket/a"});

  const auto done = put_bytes(start(), "a", as_bytes("x"), {}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unsupported);
  EXPECT_THAT(done.error().to_string(), HasSubstr("no ETag"));
}

TEST_F(S3StoredTest, ACompletionWithoutEtagIsMadeUpForByTheLook) {
  expect_parts();
  expect_completion("");
  expect_look("/bucket/a", kTwoParts, "e-2");

  const auto done = put_bytes(start(without_conditions()), "a", Bytes(kTwoParts), {}, {});

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->etag, "e-2");
}

TEST_F(S3StoredTest, AnObjectOfAnotherSizeIsCorrupt) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = stored()});
  expect_look("/bucket/a", 7);

  EXPECT_EQ(put_bytes(start(), "a", as_bytes("x"), {}, {}).error().code, Code::corrupt);
}

TEST_F(S3StoredTest, AWriterWhoMayNotLookIsNotHeldUp) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .reply = stored()});
  server_.expect({.method = "HEAD", .target = "/bucket/a", .reply = {.status = 403}});

  EXPECT_TRUE(put_bytes(start(), "a", as_bytes("x"), {}, {}));
}

TEST_F(S3StoredTest, WithoutConditionsTheLastThingBeforeACompletionIsALook) {
  expect_parts();
  expect_look("/bucket/a", 3, "other");
  for (int i = 0; i < 2; ++i)
    server_.expect({.method = "DELETE", .target = "/bucket/a?uploadId=U", .reply = {.status = 204}});

  const auto done = put_bytes(start(without_conditions()), "a", Bytes(kTwoParts), {.avoid_replacing = true}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::exists);
}

TEST_F(S3StoredTest, WithoutConditionsTheLastThingBeforeAPutIsALook) {
  expect_look("/bucket/a", 3, "other");

  const auto done = put_bytes(start(without_conditions()), "a", as_bytes("x"), {.avoid_replacing = true}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::exists);
}

TEST_F(S3StoredTest, WhereTheServerKeepsConditionsTheyAreUsed) {
  server_.expect({.method = "PUT", .target = "/bucket/a", .headers = {{"If-None-Match", "*"}}, .reply = stored()});
  expect_look("/bucket/a", 1);

  EXPECT_TRUE(put_bytes(start(), "a", as_bytes("x"), {.avoid_replacing = true}, {}));
}

}  // namespace
}  // namespace holdfast::test
