// What is particular to a real S3 server: what it checks, what it refuses and how that reads, its options.
#include <gmock/gmock.h>

#include "rgw_test.h"

#include "objectstore/check.h"
#include "support/fake_clock.h"
#include "support/no_more_threads.h"

namespace holdfast::test {
namespace {

using objectstore::check_store;
using objectstore::CheckReport;
using objectstore::CheckStep;
using objectstore::put_bytes;
using objectstore::PutOptions;
using objectstore::s3::Addressing;
using objectstore::s3::Answer;
using objectstore::s3::Call;
using objectstore::s3::Checksum;
using objectstore::s3::Client;
using objectstore::s3::Config;
using objectstore::s3::Endpoint;
using objectstore::s3::Operation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class S3ServerTest : public RgwTest {
 protected:
  // Requests the store itself never sends.
  Answer send(const Call& call, const std::string& bucket) {
    Config to = config();
    to.bucket = bucket;
    S3Fixture fixture(to, server_.access_key, server_.secret_key);
    Client client(to, Endpoint::make(to).value(), *fixture.transport, fixture.credentials, os::real_clock(),
                  os::real_random());
    return client.call(call, {});
  }
  std::unique_ptr<S3Fixture> reader(const Config& config) {
    return std::make_unique<S3Fixture>(config, server_.reader_access_key, server_.reader_secret_key);
  }
  static const CheckStep& step(const CheckReport& report, const std::string& name) {
    for (const CheckStep& one : report.steps) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << "no step " << name;
    return report.steps.front();
  }
};

TEST_F(S3ServerTest, ServerRefusesABodyThatDoesNotMatchItsSignedHash) {
  const Answer answer = send({.operation = Operation::put_object,
                              .method = "PUT",
                              .key = prefix_ + "object",
                              .body = as_bytes("what arrives"),
                              .payload_sha256 = to_hex(Sha256::of(as_bytes("what was sent")))},
                             server_.bucket);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "XAmzContentSHA256Mismatch");
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(S3ServerTest, LargeObjectsComeAndGoWithoutAnyThread) {
  Config chunked = config();
  chunked.download_chunk = kMiB;
  const auto fixture = owner(chunked);
  const Bytes content = pattern(11 * kMiB);
  const NoMoreThreads limit;

  const auto done = put_bytes(*fixture->store, prefix_ + "object", content, {}, {});

  ASSERT_TRUE(done) << done.error().to_string();
  const auto read = objectstore::get_bytes(*fixture->store, prefix_ + "object", content.size(), {});
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_TRUE(*read == content);
}

TEST_F(S3ServerTest, ServerRefusesABodyThatDoesNotMatchItsMd5) {
  const Answer answer = send({.operation = Operation::put_object,
                              .method = "PUT",
                              .key = prefix_ + "object",
                              .headers = {{"Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="}},
                              .body = as_bytes("not empty")},
                             server_.bucket);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "BadDigest");
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(S3ServerTest, EveryChecksumModeStoresSmallAndLargeObjects) {
  for (const Checksum mode : {Checksum::signed_payload, Checksum::sha256, Checksum::crc32c, Checksum::md5}) {
    Config with = config();
    with.checksum = mode;
    const auto fixture = owner(with);
    for (const std::size_t size : {std::size_t{100}, 11 * kMiB}) {
      const Bytes bytes = pattern(size);

      const auto stored = put_bytes(*fixture->store, prefix_ + "object", bytes, {}, {});

      ASSERT_TRUE(stored) << static_cast<int>(mode) << ": " << stored.error().to_string();
      EXPECT_EQ(objectstore::get_bytes(*fixture->store, prefix_ + "object", size, {}).value(), bytes);
    }
  }
}

TEST_F(S3ServerTest, VirtualHostAddressingReachesTheSameBucket) {
  const auto by_path = owner(config());
  ASSERT_TRUE(put_bytes(*by_path->store, prefix_ + "a b+c/ü", as_bytes("x"), {}, {}));
  Config virtual_host = config();
  virtual_host.addressing = Addressing::virtual_host;
  virtual_host.endpoint = "http://localhost" + server_.endpoint.substr(server_.endpoint.rfind(':'));
  const auto by_host = owner(virtual_host);

  const auto bytes = objectstore::get_bytes(*by_host->store, prefix_ + "a b+c/ü", 10, {});

  ASSERT_TRUE(bytes) << bytes.error().to_string();
  EXPECT_EQ(as_text(*bytes), "x");
}

TEST_F(S3ServerTest, ObjectLockHoldsForObjectsInParts) {
  Config locked = config();
  locked.bucket = server_.locked_bucket;
  const auto fixture = owner(locked);
  const Bytes bytes = pattern(11 * kMiB);
  const WallTime until = os::real_clock().now() + std::chrono::seconds(30);

  const auto stored = put_bytes(*fixture->store, prefix_ + "object", bytes, {.retain_until = until}, {});

  ASSERT_TRUE(stored) << stored.error().to_string();
  const auto removed = fixture->store->remove(prefix_ + "object", {});
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, Code::refused);
  EXPECT_THAT(removed.error().to_string(), HasSubstr("locked until"));
  EXPECT_TRUE(fixture->store->features({}).versions);
  const auto there = fixture->store->head(prefix_ + "object", {});
  ASSERT_TRUE(there) << there.error().to_string();
  ASSERT_TRUE(there->retained_until);
  EXPECT_NEAR(static_cast<double>((*there->retained_until - until).count()), 0, 1e9);
}

TEST_F(S3ServerTest, FeaturesTellWhetherConditionsHoldAndLeaveNoProbe) {
  const auto fixture = owner(config());

  const auto features = fixture->store->features({});

  // Ceph 16 keeps If-None-Match for PutObject and ignores it when an upload is completed.
  EXPECT_FALSE(features.conditional_put);
  EXPECT_EQ(features.conditional_put_limit, config().part_size);
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_EQ(unfinished_uploads(), 0U);
}

TEST_F(S3ServerTest, StaleUploadsAreAbortedYoungOnesAreKept) {
  for (const char* name : {"a", "b c+d"}) {
    ASSERT_TRUE(send(
        {.operation = Operation::create_upload, .method = "POST", .key = prefix_ + name, .query = {{"uploads", ""}}},
        server_.bucket));
  }
  const auto fixture = owner(config());

  EXPECT_EQ(fixture->store->abort_stale_uploads({prefix_, std::chrono::hours(1)}, {}).value(), 0U);
  EXPECT_EQ(fixture->store->abort_stale_uploads({prefix_ + "b", -std::chrono::hours(1)}, {}).value(), 1U);
  EXPECT_EQ(fixture->store->abort_stale_uploads({prefix_, -std::chrono::hours(1)}, {}).value(), 1U);
  EXPECT_EQ(fixture->store->abort_stale_uploads({prefix_, -std::chrono::hours(1)}, {}).value(), 0U);
}

TEST_F(S3ServerTest, MissingBucketIsSaidAsSuchByEveryCall) {
  Config missing = config();
  missing.bucket = "no-such-bucket-here";
  const auto fixture = owner(missing);
  const auto ignore = [](const objectstore::ObjectInfo&) -> Status { return {}; };

  for (const Error& error :
       {put_bytes(*fixture->store, "object", as_bytes("x"), {}, {}).error(), fixture->store->head("object", {}).error(),
        fixture->store->get("object", {}, {}).error(), fixture->store->list("", ignore, {}).error(),
        fixture->store->remove("object", {}).error()}) {
    EXPECT_EQ(error.code, Code::not_found) << error.to_string();
    EXPECT_THAT(error.to_string(), HasSubstr("NoSuchBucket"));
    EXPECT_THAT(error.to_string(), HasSubstr("s3://no-such-bucket-here"));
    EXPECT_THAT(error.to_string(), HasSubstr("request id tx"));
    EXPECT_THAT(error.hint, HasSubstr("make the bucket"));
  }
}

TEST_F(S3ServerTest, StrangerIsToldWhichRightIsMissing) {
  ASSERT_TRUE(put_bytes(*owner(config())->store, prefix_ + "object", as_bytes("x"), {}, {}));
  const auto fixture = reader(config());
  auto& store = *fixture->store;
  const auto ignore = [](const objectstore::ObjectInfo&) -> Status { return {}; };
  const std::string key = prefix_ + "object";

  const std::vector<std::pair<Error, std::string>> refusals{
      {put_bytes(store, key, as_bytes("y"), {}, {}).error(), "s3:PutObject"},
      {put_bytes(store, key, pattern(11 * kMiB), {}, {}).error(), "s3:PutObject"},
      {store.get(key, {}, {}).error(), "s3:GetObject"},
      {store.head(key, {}).error(), "s3:GetObject"},
      {store.list("", ignore, {}).error(), "s3:ListBucket"},
      {store.remove(key, {}).error(), "s3:DeleteObject"},
      {store.abort_stale_uploads({"", std::chrono::hours(1)}, {}).error(), "s3:ListBucketMultipartUploads"}};

  for (const auto& [error, right] : refusals) {
    EXPECT_EQ(error.code, Code::refused) << error.to_string();
    EXPECT_THAT(error.to_string(), HasSubstr("AccessDenied"));
    EXPECT_THAT(error.hint, HasSubstr(right));
    EXPECT_FALSE(error.retryable);
  }
  EXPECT_THAT(keys(), ElementsAre(key));
}

TEST_F(S3ServerTest, WrongKeysAreRefusedWithAHintAtThem) {
  S3Fixture wrong_secret(config(), server_.access_key, "wrong");
  S3Fixture unknown_key(config(), "NOBODY", server_.secret_key);

  for (const Error& error :
       {wrong_secret.store->head("object", {}).error(), unknown_key.store->head("object", {}).error()}) {
    EXPECT_EQ(error.code, Code::refused) << error.to_string();
    EXPECT_THAT(error.hint, HasSubstr("secret key"));
  }
}

TEST_F(S3ServerTest, WrongClockIsNamedWithBothTimesAndNotRetried) {
  FakeClock clock(FakeClock::Sleep::advances, os::real_clock().now() + std::chrono::hours(3));
  S3Fixture fixture(config(), server_.access_key, server_.secret_key, clock);

  const auto error = put_bytes(*fixture.store, prefix_ + "object", as_bytes("x"), {}, {}).error();

  EXPECT_EQ(error.code, Code::refused);
  EXPECT_THAT(error.to_string(), HasSubstr("RequestTimeTooSkewed"));
  EXPECT_THAT(error.hint, HasSubstr(format_time(clock.now())));
  EXPECT_THAT(error.hint, HasSubstr("NTP"));
  EXPECT_THAT(clock.sleeps(), IsEmpty());
}

TEST_F(S3ServerTest, TlsToAPortWithoutItIsExplained) {
  Config tls = config();
  tls.endpoint = "https" + server_.endpoint.substr(4);
  const auto fixture = owner(tls);

  const auto error = fixture->store->head("object", {}).error();

  EXPECT_THAT(error.hint, HasSubstr("http://")) << error.to_string();
  EXPECT_FALSE(error.retryable);
}

TEST_F(S3ServerTest, CheckFindsEverythingForTheOwner) {
  const auto fixture = owner(config());

  const CheckReport report = check_store(*fixture->store, prefix_, os::real_random(), os::real_clock(), {});

  EXPECT_TRUE(report.usable());
  for (const CheckStep& one : report.steps)
    EXPECT_TRUE(one.ok) << one.name << ": " << one.error;
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(S3ServerTest, CheckTellsAStrangerWhatIsMissing) {
  const auto fixture = reader(config());

  const CheckReport report = check_store(*fixture->store, prefix_, os::real_random(), os::real_clock(), {});

  EXPECT_FALSE(report.usable());
  EXPECT_THAT(step(report, "write").hint, HasSubstr("s3:PutObject"));
  EXPECT_THAT(step(report, "list").hint, HasSubstr("s3:ListBucket"));
}

TEST_F(S3ServerTest, CheckNamesTheOneRightThatIsMissing) {
  const std::string bucket = fmt::format("policy-{:016x}", os::real_random().next());
  ASSERT_TRUE(send({.operation = Operation::put_object, .method = "PUT"}, bucket));
  const std::string policy = fmt::format(R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*",)"
                                         R"("Action":["s3:PutObject","s3:GetObject","s3:ListBucket"],)"
                                         R"("Resource":["arn:aws:s3:::{0}","arn:aws:s3:::{0}/*"]}}]}})",
                                         bucket);
  ASSERT_TRUE(
      send({.operation = Operation::put_object, .method = "PUT", .query = {{"policy", ""}}, .body = as_bytes(policy)},
           bucket));
  Config on_it = config();
  on_it.bucket = bucket;
  const auto fixture = reader(on_it);

  const CheckReport report = check_store(*fixture->store, "", os::real_random(), os::real_clock(), {});

  EXPECT_FALSE(report.usable());
  for (const char* name : {"write", "head", "read", "list"})
    EXPECT_TRUE(step(report, name).ok) << name;
  EXPECT_FALSE(step(report, "delete").ok);
  EXPECT_THAT(step(report, "delete").hint, HasSubstr("s3:DeleteObject"));
}

}  // namespace
}  // namespace holdfast::test
