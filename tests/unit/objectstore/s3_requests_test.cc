// What is sent for each option, byte for byte where it matters.
#include "scripted_s3.h"

#include "base/md5.h"

namespace holdfast::test {
namespace {

using objectstore::put_bytes;
using objectstore::PutOptions;
using objectstore::s3::Checksum;
using objectstore::s3::Config;
using objectstore::s3::Encryption;
using objectstore::s3::LockMode;
using ::testing::HasSubstr;

using S3RequestsTest = ScriptedS3;

constexpr const char* kHelloSha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

TEST_F(S3RequestsTest, PutSignsTheBodyAndSendsMetadata) {
  server_.expect({.method = "PUT",
                  .target = "/bucket/dir/a%20b",
                  .headers = {{"x-amz-content-sha256", kHelloSha256},
                              {"content-type", "application/zstd"},
                              {"x-amz-meta-cluster", "prod 1"},
                              {"content-length", "5"}},
                  .absent_headers = {"Content-MD5", "x-amz-checksum-crc32c", "x-amz-server-side-encryption",
                                     "x-amz-storage-class", "x-amz-object-lock-mode", "If-None-Match", "Expect"},
                  .body = "hello",
                  .reply = stored()});
  expect_look("/bucket/dir/a%20b", 5);

  const auto done = put_bytes(start(), "dir/a b", as_bytes("hello"),
                              {.metadata = {{"cluster", "prod 1"}}, .content_type = "application/zstd"}, {});

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->etag, "e");
}

TEST_F(S3RequestsTest, ConditionTravelsWithThePut) {
  server_.expect({.method = "PUT", .target = "/bucket/key", .headers = {{"If-None-Match", "*"}}, .reply = stored()});
  expect_look("/bucket/key", 1);

  EXPECT_TRUE(put_bytes(start(), "key", as_bytes("x"), {.only_if_absent = true}, {}));
}

struct ChecksumCase {
  Checksum mode;
  HeaderList headers;
};

TEST_F(S3RequestsTest, EveryChecksumModeSendsItsHeader) {
  for (const ChecksumCase& one : std::vector<ChecksumCase>{
           {Checksum::md5, {{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}}},
           {Checksum::crc32c, {{"x-amz-checksum-crc32c", "mnG7TA=="}}},
           {Checksum::sha256, {{"x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}}}}) {
    server_.expect({.method = "PUT",
                    .target = "/bucket/key",
                    .headers = one.headers,
                    .reply = stored("5d41402abc4b2a76b9719d911017c592")});
    expect_look("/bucket/key", 5, "5d41402abc4b2a76b9719d911017c592");
    Config with = config();
    with.checksum = one.mode;

    const auto done = put_bytes(start(with), "key", as_bytes("hello"), {}, {});

    ASSERT_TRUE(done) << done.error().to_string();
  }
}

TEST_F(S3RequestsTest, EtagThatIsAnotherMd5IsCorrupt) {
  server_.expect({.method = "PUT", .target = "/bucket/key", .reply = stored("00000000000000000000000000000000")});
  Config with = config();
  with.checksum = Checksum::md5;

  const auto done = put_bytes(start(with), "key", as_bytes("hello"), {}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::corrupt);
}

TEST_F(S3RequestsTest, ChecksumInTheAnswerIsCompared) {
  server_.expect({.method = "PUT",
                  .target = "/bucket/key",
                  .reply = {.headers = {{"ETag", "\"e\""}, {"x-amz-checksum-crc32c", "AAAAAA=="}}}});
  Config with = config();
  with.checksum = Checksum::crc32c;

  EXPECT_EQ(put_bytes(start(with), "key", as_bytes("hello"), {}, {}).error().code, Code::corrupt);
}

TEST_F(S3RequestsTest, EncryptionStorageClassAndKmsKeyAreAskedFor) {
  server_.expect({.method = "PUT",
                  .target = "/bucket/key",
                  .headers = {{"x-amz-server-side-encryption", "aws:kms"},
                              {"x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:eu-west-1:1:key/k"},
                              {"x-amz-storage-class", "STANDARD_IA"}},
                  .reply = stored()});
  expect_look("/bucket/key", 1);
  Config with = config();
  with.encryption = {.kind = Encryption::Kind::kms, .kms_key_id = "arn:aws:kms:eu-west-1:1:key/k", .customer_key = {}};
  with.storage_class = "STANDARD_IA";

  EXPECT_TRUE(put_bytes(start(with), "key", as_bytes("x"), {}, {}));
}

TEST_F(S3RequestsTest, LockTravelsWithAnMd5AndIsVerified) {
  const WallTime until = parse_time("2027-01-02T03:04:05Z").value();
  server_.expect({.method = "PUT",
                  .target = "/bucket/key",
                  .headers = {{"x-amz-object-lock-mode", "GOVERNANCE"},
                              {"x-amz-object-lock-retain-until-date", "2027-01-02T03:04:05.000Z"},
                              {"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}},
                  .reply = stored()});
  expect_look("/bucket/key", 5);
  server_.expect(
      {.method = "HEAD",
       .target = "/bucket/key",
       .reply = {.headers = {{"ETag", "\"e\""}, {"x-amz-object-lock-retain-until-date", "2027-01-02T03:04:05Z"}}}});
  Config with = config();
  with.lock_mode = LockMode::governance;

  const auto done = put_bytes(start(with), "key", as_bytes("hello"), {.retain_until = until}, {});

  ASSERT_TRUE(done) << done.error().to_string();
}

TEST_F(S3RequestsTest, ForgottenLockIsPutOnAfterwards) {
  server_.expect({.method = "PUT", .target = "/bucket/key", .reply = stored()});
  expect_look("/bucket/key", 5);
  server_.expect({.method = "HEAD",
                  .target = "/bucket/key",
                  .reply = {.headers = {{"ETag", "\"e\""}, {"x-amz-version-id", "v1"}}}});
  server_.expect({.method = "PUT",
                  .target = "/bucket/key?retention=&versionId=v1",
                  .check = [](const HttpRequest& request) -> std::string {
                    const bool right = request.body.find("<Mode>COMPLIANCE</Mode>") != std::string::npos &&
                                       request.body.find("2027-01-02T03:04:05.000Z") != std::string::npos &&
                                       request.header("Content-MD5") == to_base64(md5(as_bytes(request.body)));
                    return right ? "" : "not the retention asked for";
                  },
                  .reply = {}});

  const auto done =
      put_bytes(start(), "key", as_bytes("hello"), {.retain_until = parse_time("2027-01-02T03:04:05Z").value()}, {});

  EXPECT_TRUE(done) << done.error().to_string();
}

TEST_F(S3RequestsTest, ObjectThatCannotBeLockedIsRemovedAgain) {
  server_.expect({.method = "PUT", .target = "/bucket/key", .reply = stored()});
  expect_look("/bucket/key", 5);
  server_.expect({.method = "HEAD",
                  .target = "/bucket/key",
                  .reply = {.headers = {{"ETag", "\"e\""}, {"x-amz-version-id", "v1"}}}});
  server_.expect(
      {.method = "PUT", .target = "/bucket/key?retention=&versionId=v1", .reply = error(403, "AccessDenied")});
  server_.expect({.method = "DELETE", .target = "/bucket/key?versionId=v1", .reply = {.status = 204}});

  const auto done =
      put_bytes(start(), "key", as_bytes("hello"), {.retain_until = parse_time("2027-01-02T03:04:05Z").value()}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::refused);
  EXPECT_THAT(done.error().hint, HasSubstr("s3:PutObjectRetention"));
}

TEST_F(S3RequestsTest, MetadataThatCannotBeAHeaderIsAUsageError) {
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"Upper", "x"}, {"a b", "x"}, {"", "x"}, {"line", "a\r\nX-Evil: 1"}, {"umlaut", "ü"}, {"space", " x"}}) {
    const auto done = put_bytes(start(), "key", as_bytes("x"), {.metadata = {{name, value}}}, {});
    ASSERT_FALSE(done) << name;
    EXPECT_EQ(done.error().code, Code::usage);
  }
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(S3RequestsTest, HeadReadsSizeTimeEtagAndMetadata) {
  server_.expect({.method = "HEAD",
                  .target = "/bucket/key",
                  .reply = {.headers = {{"ETag", "\"abc\""},
                                        {"Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT"},
                                        {"X-Amz-Meta-Cluster", "prod"},
                                        {"x-amz-version-id", "v1"}},
                            .content_length = 5368709120}});
  auto& store = start();

  const auto info = store.head("key", {});

  ASSERT_TRUE(info) << info.error().to_string();
  EXPECT_EQ(info->size, 5368709120U);
  EXPECT_EQ(info->etag, "abc");
  EXPECT_EQ(format_time(info->modified), "2026-01-02T03:04:05Z");
  EXPECT_EQ(info->metadata, (std::map<std::string, std::string>{{"cluster", "prod"}}));
  EXPECT_TRUE(store.features({}).versions);
}

TEST_F(S3RequestsTest, RefusedHeadIsExplainedByAGet) {
  server_.expect({.method = "HEAD", .target = "/bucket/key", .reply = {.status = 403}});
  server_.expect({.method = "GET", .target = "/bucket/key", .reply = error(403, "SignatureDoesNotMatch")});

  const auto error = start().head("key", {}).error();

  EXPECT_THAT(error.to_string(), HasSubstr("SignatureDoesNotMatch"));
}

TEST_F(S3RequestsTest, LockedObjectIsNotRemoved) {
  server_.expect({.method = "HEAD",
                  .target = "/bucket/key",
                  .reply = {.headers = {{"x-amz-object-lock-retain-until-date",
                                         format_time(clock_.now() + std::chrono::hours(1))}}}});

  const auto removed = start().remove("key", {});

  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, Code::refused);
}

TEST_F(S3RequestsTest, IdentityThatMayOnlyDeleteCanRemove) {
  server_.expect({.method = "HEAD", .target = "/bucket/key", .reply = {.status = 403}});
  server_.expect({.method = "DELETE", .target = "/bucket/key", .reply = {.status = 204}});

  EXPECT_TRUE(start().remove("key", {}));
}

}  // namespace
}  // namespace holdfast::test
