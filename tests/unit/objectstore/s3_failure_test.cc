// Every refusal must say what the server said, and what to do.
#include <gmock/gmock.h>

#include "objectstore/s3/failure.h"

namespace holdfast::test {
namespace {

using objectstore::s3::explain_answer;
using objectstore::s3::explain_transport;
using objectstore::s3::Failure;
using objectstore::s3::Operation;
using objectstore::s3::RequestFacts;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

RequestFacts put_request() {
  return {.operation = Operation::put_object,
          .place = "s3://backups",
          .endpoint = "https://s3.example.com",
          .region = "us-east-1",
          .sent = parse_time("2026-01-02T03:04:05Z").value()};
}

Failure explained(int status, const std::string& code, const std::string& more = "",
                  std::vector<http::Header> headers = {}, RequestFacts request = put_request()) {
  const std::string body = code.empty() ? more : "<Error><Code>" + code + "</Code>" + more + "</Error>";
  return explain_answer({.status = status, .headers = std::move(headers)}, body, request);
}

TEST(S3Failure, NamesCodeStatusRequestAndOperation) {
  const auto failure =
      explained(404, "NoSuchBucket", "<Message>The bucket does not exist</Message>", {{"x-amz-request-id", "REQ1"}});

  EXPECT_THAT(failure.error.message,
              AllOf(HasSubstr("NoSuchBucket"), HasSubstr("The bucket does not exist"), HasSubstr("HTTP 404"),
                    HasSubstr("REQ1"), HasSubstr("PutObject"), HasSubstr("s3://backups")));
  EXPECT_EQ(failure.error.code, Code::not_found);
  EXPECT_THAT(failure.error.hint, HasSubstr("https://s3.example.com"));
}

struct Case {
  int status;
  const char* code;
  Code expected;
  bool try_again;
  const char* hint;
};

TEST(S3Failure, KnownCodesHaveAMeaningAndAdvice) {
  for (const Case& one :
       std::vector<Case>{{403, "AccessDenied", Code::refused, false, "s3:PutObject on s3://backups"},
                         {403, "InvalidAccessKeyId", Code::refused, false, "access key"},
                         {403, "SignatureDoesNotMatch", Code::refused, false, "secret key"},
                         {400, "ExpiredToken", Code::refused, false, "renew"},
                         {400, "EntityTooLarge", Code::no_space, false, "larger"},
                         {403, "QuotaExceeded", Code::no_space, false, "quota"},
                         {501, "NotImplemented", Code::unsupported, false, "checksum"},
                         {405, "MethodNotAllowed", Code::unsupported, false, "addressing style"},
                         {503, "SlowDown", Code::unavailable, true, "overloaded"},
                         {400, "RequestTimeout", Code::unavailable, true, ""},
                         {500, "InternalError", Code::unavailable, true, ""},
                         {400, "BadDigest", Code::unavailable, true, "changed on their way"},
                         {400, "XAmzContentSHA256Mismatch", Code::unavailable, true, "changed on their way"},
                         {409, "OperationAborted", Code::unavailable, true, ""},
                         {429, "NeverHeardOf", Code::unavailable, true, ""},
                         {507, "NeverHeardOf", Code::no_space, false, "space"},
                         {403, "NeverHeardOf", Code::refused, false, "s3:PutObject"},
                         {400, "NeverHeardOf", Code::unsupported, false, ""}}) {
    const auto failure = explained(one.status, one.code);
    EXPECT_EQ(failure.error.code, one.expected) << one.code;
    EXPECT_EQ(failure.try_again, one.try_again) << one.code;
    EXPECT_THAT(failure.error.hint, HasSubstr(one.hint)) << one.code;
    EXPECT_THAT(failure.error.hint, Not(HasSubstr("{"))) << one.code;
  }
}

TEST(S3Failure, WrongRegionNamesTheRightOne) {
  for (const auto& failure : {explained(301, "PermanentRedirect", "", {{"x-amz-bucket-region", "eu-west-1"}}),
                              explained(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"),
                              explained(400, "", "", {{"x-amz-bucket-region", "eu-west-1"}})}) {
    EXPECT_EQ(failure.error.code, Code::usage);
    EXPECT_EQ(failure.region, "eu-west-1");
    EXPECT_THAT(failure.error.hint, HasSubstr("the bucket is in region eu-west-1: set that instead of us-east-1"));
    EXPECT_FALSE(failure.try_again);
  }
}

TEST(S3Failure, RedirectElsewhereNamesTheEndpoint) {
  const auto failure = explained(301, "PermanentRedirect", "<Endpoint>other.example.com</Endpoint>");

  EXPECT_THAT(failure.error.hint, HasSubstr("set the endpoint to other.example.com"));
}

TEST(S3Failure, RegionThatIsNoNameIsNotBelieved) {
  EXPECT_EQ(explained(301, "PermanentRedirect", "", {{"x-amz-bucket-region", "evil.example.com/"}}).region, "");
}

TEST(S3Failure, ClockSkewTellsBothTimes) {
  const auto failure = explained(403, "RequestTimeTooSkewed", "<ServerTime>2026-01-02T09:00:00Z</ServerTime>");

  EXPECT_THAT(failure.error.hint, AllOf(HasSubstr("2026-01-02T03:04:05Z"), HasSubstr("2026-01-02T09:00:00Z")));
  EXPECT_FALSE(failure.try_again);
}

TEST(S3Failure, PreconditionMeansExistsForPutsAndChangedForGets) {
  RequestFacts put = put_request();
  put.if_absent = true;

  EXPECT_EQ(explained(412, "PreconditionFailed", "", {}, put).error.code, Code::exists);
  EXPECT_EQ(explained(412, "PreconditionFailed").error.code, Code::corrupt);
}

TEST(S3Failure, LockedObjectIsToldFromAMissingRight) {
  const auto failure =
      explained(403, "AccessDenied", "<Message>Access Denied because object protected by object lock.</Message>");

  EXPECT_EQ(failure.error.code, Code::refused);
  EXPECT_THAT(failure.error.hint, HasSubstr("lock"));
}

TEST(S3Failure, RefusedLockAndChecksumSayWhatToSwitch) {
  EXPECT_THAT(
      explained(400, "InvalidRequest", "<Message>Bucket is missing ObjectLockConfiguration</Message>").error.hint,
      HasSubstr("object lock"));
  EXPECT_THAT(explained(400, "InvalidRequest", "<Message>unknown Checksum type</Message>").error.hint,
              HasSubstr("checksum mode"));
}

TEST(S3Failure, FailedEncryptionWithKmsSpeaksOfKmsAndNotOfACustomersKey) {
  for (const char* message : {"Server Side Encryption with KMS managed key requires HTTP header "
                              "x-amz-server-side-encryption : aws:kms",
                              "Failed to retrieve the actual key, kms-keyid: backup"}) {
    const auto failure = explained(400, "InvalidArgument", fmt::format("<Message>{}</Message>", message));

    EXPECT_EQ(failure.error.code, Code::refused) << message;
    EXPECT_THAT(failure.error.hint, AllOf(HasSubstr("--s3-sse-kms-key-id"), Not(HasSubstr("SSE-C")))) << message;
  }
}

TEST(S3Failure, EncryptionIsACustomersKeyForReadersAndAnOptionForWriters) {
  const std::string message = "<Message>a form of Server Side Encryption</Message>";
  RequestFacts get = put_request();
  get.operation = Operation::get_object;

  EXPECT_THAT(explained(400, "InvalidRequest", message, {}, get).error.hint, HasSubstr("SSE-C"));
  EXPECT_THAT(explained(400, "InvalidRequest", message).error.hint,
              AllOf(HasSubstr("--s3-sse"), Not(HasSubstr("SSE-C"))));
}

TEST(S3Failure, RetryAfterIsReadInSecondsAndAsADate) {
  EXPECT_EQ(explained(503, "SlowDown", "", {{"Retry-After", "7"}}).retry_after, std::chrono::seconds(7));
  EXPECT_EQ(explained(503, "SlowDown", "", {{"retry-after", "Fri, 02 Jan 2026 03:04:15 GMT"}}).retry_after,
            std::chrono::seconds(10));
  EXPECT_EQ(explained(503, "SlowDown", "", {{"Retry-After", "soon"}}).retry_after, Duration(0));
  EXPECT_EQ(explained(503, "SlowDown", "", {{"Retry-After", "-5"}}).retry_after, Duration(0));
}

TEST(S3Failure, PageOfSomethingElseIsRecognised) {
  const auto failure = explained(403, "", "<html><title>Sign in</title></html>", {{"Content-Type", "text/html"}});

  EXPECT_THAT(failure.error.message, AllOf(HasSubstr("text/html"), HasSubstr("Sign in")));
  EXPECT_THAT(failure.error.hint, HasSubstr("something else answers at https://s3.example.com"));
}

TEST(S3Failure, NotFoundOfSomethingElseIsNoMissingObject) {
  RequestFacts get = put_request();
  get.operation = Operation::get_object;

  const auto failure = explained(404, "", "<html>404 Not Found</html>", {{"Content-Type", "text/html"}}, get);

  EXPECT_FALSE(failure.is_missing_key());
  EXPECT_EQ(failure.error.code, Code::unsupported);
  EXPECT_THAT(failure.error.hint, HasSubstr("something else answers"));
}

TEST(S3Failure, MissingObjectIsNamedByItsCodeOrByAHeadWithoutBody) {
  RequestFacts head = put_request();
  head.operation = Operation::head_object;

  EXPECT_TRUE(explained(404, "NoSuchKey").is_missing_key());
  EXPECT_TRUE(explained(404, "", "", {}, head).is_missing_key());
  EXPECT_FALSE(explained(404, "", "").is_missing_key());
  EXPECT_FALSE(explained(404, "NoSuchBucket", "", {}, head).is_missing_key());
}

TEST(S3Failure, PlainHttpToATlsPortIsExplained) {
  const auto failure = explained(400, "", "Client sent an HTTP request to an HTTPS server.\n");

  EXPECT_EQ(failure.error.code, Code::usage);
  EXPECT_THAT(failure.error.hint, HasSubstr("use https"));
}

TEST(S3Failure, TlsToAPlainPortIsExplainedAndNotRetried) {
  Error error =
      fail(Code::unavailable, "no TLS with host:80: error:0A00010B:SSL routines::wrong version number").value();

  const auto failure = explain_transport(std::move(error), put_request());

  EXPECT_FALSE(failure.try_again);
  EXPECT_THAT(failure.error.hint, HasSubstr("http://"));
}

TEST(S3Failure, TextOfTheServerCannotDisturbATerminal) {
  const auto failure = explained(400, "Bad\x1b[2J", "<Message>line\nbreak&#27;[1m</Message>");

  EXPECT_THAT(failure.error.message, Not(HasSubstr("\x1b")));
  EXPECT_THAT(failure.error.message, Not(HasSubstr("\n")));
  EXPECT_LT(explained(400, std::string(5000, 'x')).error.message.size(), 1000U);
}

TEST(S3Failure, OnlyAnswersThatSettleItSayThatNothingWasDone) {
  EXPECT_FALSE(explained(403, "AccessDenied").maybe_done);
  EXPECT_FALSE(explained(400, "BadDigest").maybe_done);
  EXPECT_TRUE(explained(503, "SlowDown").maybe_done);
  EXPECT_TRUE(explained(504, "", "<html>").maybe_done);
  EXPECT_TRUE(explain_transport(fail(Code::timeout, "x").value(), put_request()).maybe_done);
}

}  // namespace
}  // namespace holdfast::test
