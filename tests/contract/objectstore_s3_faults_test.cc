// The store under faults, with the real server behind them: afterwards the object is complete or absent, no part of an
// upload is left, and every planned fault has happened.
#include <thread>

#include "fault_proxy.h"
#include "rgw_test.h"

namespace holdfast::test {
namespace {

using objectstore::put_bytes;
using objectstore::s3::Config;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kLarge = 17 * kMiB;             // four parts
constexpr auto kImpatient = std::chrono::seconds(3);  // for faults that nothing else tells; a busy disk is none

class S3FaultsTest : public RgwTest {
 protected:
  void SetUp() override {
    RgwTest::SetUp();
    if (HasFatalFailure()) return;
    proxy_ = std::make_unique<FaultProxy>(server_.endpoint);
  }

  Config through_proxy(Duration stall_timeout = std::chrono::seconds(60)) const {
    Config through = config();
    through.endpoint = proxy_->url();
    through.upload_workers = 2;
    through.download_chunk = 5 * kMiB;
    through.retry.attempts = 4;
    through.transport.stall_timeout = stall_timeout;
    return through;
  }
  void start(const Config& config) { fixture_ = owner(config); }
  void start() { start(through_proxy()); }

  Result<objectstore::ObjectInfo> put_large(const std::stop_token& stop = {}) {
    PatternSource source(kLarge);
    return fixture_->store->put(key_, source, {.size_limit = kLarge}, stop);
  }
  // Most of the object is still to be fetched when this returns.
  Result<objectstore::ObjectStore::Opened> open_in_small_pieces() {
    Config narrow = through_proxy();
    narrow.download_workers = 1;
    narrow.download_chunk = kMiB;
    start(narrow);
    return fixture_->store->get(key_, {}, {});
  }
  // Read past the proxy: what the server really holds.
  Bytes stored() const {
    return objectstore::get_bytes(*owner(config())->store, key_, 64 * kMiB, {}).value_or(Bytes{});
  }

  void expect_complete() {
    PatternSource same(kLarge);
    EXPECT_TRUE(stored() == read_all(same, kLarge).value()) << "the stored object differs from what was put";
    expect_clean();
  }
  void expect_absent() {
    EXPECT_THAT(keys(), IsEmpty());
    expect_clean();
  }
  void expect_clean() {
    EXPECT_EQ(unfinished_uploads(), 0U);
    EXPECT_THAT(proxy_->unreached(), IsEmpty());
  }

  std::unique_ptr<FaultProxy> proxy_;
  std::unique_ptr<S3Fixture> fixture_;
  const std::string key_ = prefix_ + "object";
};

TEST_F(S3FaultsTest, WithoutFaultsTheProxyChangesNothing) {
  start();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  expect_complete();
  EXPECT_EQ(fixture_->store->traffic().retries, 0U);
}

TEST_F(S3FaultsTest, PartAnsweredWith500IsSentAgain) {
  proxy_->plan({.method = "PUT", .in_target = "partNumber=2", .reply = s3_error(500, "InternalError")});
  start();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  expect_complete();
  EXPECT_EQ(fixture_->store->traffic().retries, 1U);
}

TEST_F(S3FaultsTest, ThrottledRequestWaitsAsLongAsTheServerAsks) {
  proxy_->plan(
      {.method = "PUT", .in_target = "partNumber=1", .reply = s3_error(503, "SlowDown", {{"Retry-After", "1"}})});
  start();
  const auto began = std::chrono::steady_clock::now();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
  expect_complete();
}

TEST_F(S3FaultsTest, ConnectionResetInAPartIsSentAgain) {
  proxy_->plan({.method = "PUT", .in_target = "partNumber=3", .reply = {.fault = Fault::reset_before_reply}});
  proxy_->plan({.method = "PUT", .in_target = "partNumber=4", .reply = {.fault = Fault::end_before_reply}});
  start();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  expect_complete();
  EXPECT_EQ(proxy_->requests("PUT", "partNumber=3"), 2);
  EXPECT_EQ(proxy_->requests("PUT", "partNumber=4"), 2);
}

TEST_F(S3FaultsTest, LostReplyToAPartIsSentAgain) {
  proxy_->plan({.method = "PUT",
                .in_target = "partNumber=2",
                .reply = {.fault = Fault::reset_before_reply},
                .carried_out = true});
  start();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  expect_complete();
}

TEST_F(S3FaultsTest, StalledPartIsSentAgain) {
  proxy_->plan({.method = "PUT", .in_target = "partNumber=1", .reply = {.fault = Fault::stall_before_reply}});
  start(through_proxy(kImpatient));

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  expect_complete();
}

TEST_F(S3FaultsTest, PartRefusedForGoodEndsThePutAndTheUpload) {
  proxy_->plan(
      {.method = "PUT", .in_target = "partNumber=2", .reply = s3_error(403, "AccessDenied"), .also_later = true});
  start();

  const auto done = put_large();

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::refused);
  EXPECT_THAT(done.error().to_string(), HasSubstr("part 2"));
  EXPECT_THAT(done.error().to_string(), HasSubstr(key_));
  expect_absent();
}

TEST_F(S3FaultsTest, PartThatNeverArrivesEndsThePutAndTheUpload) {
  proxy_->plan({.method = "PUT", .in_target = "partNumber=4", .reply = s3_error(503, "SlowDown"), .also_later = true});
  start();

  const auto done = put_large();

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unavailable);
  EXPECT_TRUE(done.error().retryable);
  EXPECT_THAT(done.error().to_string(), HasSubstr("4 attempts"));
  expect_absent();
}

TEST_F(S3FaultsTest, CompletionThatSaysErrorWithStatus200IsAskedAgain) {
  proxy_->plan({.method = "POST", .in_target = "uploadId=", .reply = s3_error(200, "InternalError")});
  start();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  expect_complete();
  EXPECT_EQ(proxy_->requests("POST", "uploadId="), 2);
}

TEST_F(S3FaultsTest, CompletionThatKeepsFailingLeavesNothing) {
  proxy_->plan(
      {.method = "POST", .in_target = "uploadId=", .reply = s3_error(200, "InternalError"), .also_later = true});
  start();

  const auto done = put_large();

  ASSERT_FALSE(done);
  expect_absent();
}

TEST_F(S3FaultsTest, LostReplyToTheCompletionIsStillASuccess) {
  proxy_->plan(
      {.method = "POST", .in_target = "uploadId=", .reply = {.fault = Fault::reset_before_reply}, .carried_out = true});
  start();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->size, kLarge);
  expect_complete();
}

TEST_F(S3FaultsTest, EveryReplyToTheCompletionLostIsStillASuccess) {
  proxy_->plan({.method = "POST",
                .in_target = "uploadId=",
                .reply = {.fault = Fault::reset_before_reply},
                .carried_out = true,
                .also_later = true});
  start();

  const auto done = put_large();

  ASSERT_TRUE(done) << done.error().to_string();
  expect_complete();
}

TEST_F(S3FaultsTest, RefusedAbortIsTriedAgain) {
  proxy_->plan({.method = "PUT", .in_target = "partNumber=2", .reply = s3_error(403, "AccessDenied")});
  proxy_->plan({.method = "DELETE", .in_target = "uploadId=", .reply = s3_error(503, "SlowDown")});
  start();

  const auto done = put_large();

  ASSERT_FALSE(done);
  expect_absent();
}

TEST_F(S3FaultsTest, StopWhileAPartHangsEndsTheUploadAtOnce) {
  proxy_->plan({.method = "PUT", .in_target = "partNumber=3", .reply = {.fault = Fault::stall_before_reply}});
  Config patient = through_proxy();
  patient.transport.stall_timeout = std::chrono::minutes(5);
  start(patient);
  std::stop_source stop;
  std::jthread stopper([&](const std::stop_token& test_over) {
    while (!proxy_->unreached().empty() && !test_over.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    stop.request_stop();
  });
  const auto began = std::chrono::steady_clock::now();

  const auto done = put_large(stop.get_token());

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
  expect_absent();
}

TEST_F(S3FaultsTest, LostReplyToAPutIsSentAgain) {
  proxy_->plan(
      {.method = "PUT", .in_target = "object", .reply = {.fault = Fault::reset_before_reply}, .carried_out = true});
  start();

  const auto done = put_bytes(*fixture_->store, key_, as_bytes("content"), {}, {});

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(as_text(stored()), "content");
  expect_clean();
}

TEST_F(S3FaultsTest, LostReplyToAConditionalPutIsNotTakenForSomebodyElsesObject) {
  Config conditional = through_proxy();
  conditional.conditional_put = objectstore::s3::ConditionalPut::supported;
  proxy_->plan(
      {.method = "PUT", .in_target = "object", .reply = {.fault = Fault::reset_before_reply}, .carried_out = true});
  start(conditional);
  EXPECT_FALSE(fixture_->store->head(key_, {}));  // leaves a connection that could be used again

  const auto done = put_bytes(*fixture_->store, key_, as_bytes("content"), {.only_if_absent = true}, {});

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(as_text(stored()), "content");
  expect_clean();
}

TEST_F(S3FaultsTest, PutWhoseRepliesAreAllLostIsLookedUp) {
  proxy_->plan({.method = "PUT",
                .in_target = "object",
                .reply = {.fault = Fault::reset_before_reply},
                .carried_out = true,
                .also_later = true});
  start();

  const auto done = put_bytes(*fixture_->store, key_, as_bytes("content"), {}, {});

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->size, 7U);
  expect_clean();
}

TEST_F(S3FaultsTest, PutThatNeverArrivesFails) {
  proxy_->plan(
      {.method = "PUT", .in_target = "object", .reply = {.fault = Fault::reset_before_reply}, .also_later = true});
  start();

  const auto done = put_bytes(*fixture_->store, key_, as_bytes("content"), {}, {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::unavailable);
  expect_absent();
}

TEST_F(S3FaultsTest, BrokenDownloadGoesOnWhereItStopped) {
  Config one_by_one = through_proxy(kImpatient);
  one_by_one.download_workers = 1;
  start(one_by_one);
  ASSERT_TRUE(put_large());
  // Chunks are 5 MiB. The first is refused, then broken; so are the next two, each in its own way.
  proxy_->plan({.method = "GET", .in_target = "object", .nth = 1, .reply = s3_error(503, "SlowDown")});
  for (const auto& [nth, fault] :
       {std::pair{2, Fault::reset_in_body}, {4, Fault::end_in_body}, {6, Fault::stall_in_body}}) {
    proxy_->plan({.method = "GET",
                  .in_target = "object",
                  .nth = nth,
                  .reply = {.fault = fault, .fault_after = 3 * kMiB},
                  .carried_out = true});
  }

  const auto bytes = objectstore::get_bytes(*fixture_->store, key_, kLarge, {});

  ASSERT_TRUE(bytes) << bytes.error().to_string();
  PatternSource same(kLarge);
  EXPECT_TRUE(*bytes == read_all(same, kLarge).value()) << "the bytes read differ from the bytes stored";
  EXPECT_EQ(fixture_->store->traffic().retries, 4U);
  expect_clean();
}

TEST_F(S3FaultsTest, DownloadThatCannotGoOnFailsAndNeverEndsEarly) {
  start();
  ASSERT_TRUE(put_large());
  proxy_->plan({.method = "GET",
                .in_target = "object",
                .nth = 3,
                .reply = {.fault = Fault::reset_before_reply},
                .also_later = true});

  const auto bytes = objectstore::get_bytes(*fixture_->store, key_, kLarge, {});

  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, Code::unavailable);
  EXPECT_THAT(bytes.error().to_string(), HasSubstr(key_));
  expect_clean();
}

TEST_F(S3FaultsTest, ObjectReplacedWhileReadIsCorruptNotMixed) {
  start();
  ASSERT_TRUE(put_large());
  auto opened = open_in_small_pieces();
  ASSERT_TRUE(opened);

  ASSERT_TRUE(put_bytes(*owner(config())->store, key_, pattern(kLarge), {}, {}));

  const auto rest = read_all(*opened->source, kLarge);
  ASSERT_FALSE(rest);
  EXPECT_EQ(rest.error().code, Code::corrupt) << rest.error().to_string();
}

TEST_F(S3FaultsTest, ObjectRemovedWhileReadIsCorruptNotShort) {
  start();
  ASSERT_TRUE(put_large());
  auto opened = open_in_small_pieces();
  ASSERT_TRUE(opened);

  ASSERT_TRUE(owner(config())->store->remove(key_, {}));

  const auto rest = read_all(*opened->source, kLarge);
  ASSERT_FALSE(rest);
  EXPECT_EQ(rest.error().code, Code::corrupt) << rest.error().to_string();
}

TEST_F(S3FaultsTest, BrokenListIsAskedAgainAndStaysWhole) {
  proxy_->plan({.method = "GET", .in_target = "list-type", .nth = 1, .reply = s3_error(500, "InternalError")});
  proxy_->plan({.method = "GET",
                .in_target = "list-type",
                .nth = 2,
                .reply = {.fault = Fault::end_in_body, .fault_after = 100},
                .carried_out = true});
  start();
  ASSERT_TRUE(put_bytes(*fixture_->store, key_, as_bytes("content"), {}, {}));
  std::vector<std::string> found;

  const auto listed = fixture_->store->list(prefix_,
                                            [&](const objectstore::ObjectInfo& info) -> Status {
                                              found.push_back(info.key);
                                              return {};
                                            },
                                            {});

  ASSERT_TRUE(listed) << listed.error().to_string();
  EXPECT_THAT(found, ElementsAre(key_));
  expect_clean();
}

}  // namespace
}  // namespace holdfast::test
