#include "work/destination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/control_plane.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

class DestinationTest : public testing::Test {
 protected:
  static json::Value parse(std::string_view text) { return json::parse(text, 10'000).value(); }

  test::TempDir dir_;
  test::ControlPlane plane_{{.directory = dir_.path(), .decides = false, .works = false}};
  World world_ = plane_.work_world();
};

TEST_F(DestinationTest, ALocalOneIsADirectoryWithAPrefix) {
  const auto settings = parse(fmt::format(R"({{"type":"local","path":"{}","prefix":"a/"}})", dir_.file("b")));
  auto open = OpenDestination::open(settings, "disk", world_);
  ASSERT_TRUE(open) << open.error().to_string();
  const std::string text = "x";
  ASSERT_TRUE(objectstore::put_bytes(open->store(), "key", as_bytes(text), {}, {}));
  EXPECT_TRUE(os::real_file_system().stat(dir_.file("b/a/key")).value());
}

TEST_F(DestinationTest, ABucketNeedsCredentials) {
  const auto none = OpenDestination::open(parse(R"({"endpoint":"s3:9000","bucketName":"b"})"), "s3", world_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "destination s3 has no credentials");
  const auto gone = OpenDestination::open(
      parse(R"({"endpoint":"s3:9000","bucketName":"b","credentials":{"name":"keys"}})"), "s3", world_);
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, testing::HasSubstr("kube-system/keys"));
}

TEST_F(DestinationTest, ASecretWithoutKeysIsNamedAndNotShown) {
  plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-system"}})");
  plane_.create(
      "secret", "kube-system",
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"keys"},"stringData":{"ACCESS_KEY_ID":"AKIDX"}})");
  const auto open = OpenDestination::open(
      parse(R"({"endpoint":"s3:9000","bucketName":"b","credentials":{"name":"keys"}})"), "s3", world_);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code, Code::usage);
  EXPECT_THAT(open.error().to_string(), testing::Not(testing::HasSubstr("AKIDX")));
}

TEST_F(DestinationTest, UploadsShareItsBandwidth) {
  EXPECT_EQ(upload_rate(parse(R"({"bandwidth":"50MiB","maxConcurrent":5})")), 10 * kMiB);
  EXPECT_EQ(upload_rate(parse("{}")), 0U);
  EXPECT_EQ(most_concurrent(parse("{}")), kMostConcurrent);
}

TEST_F(DestinationTest, RecipientsAreParsed) {
  const std::string key = pipeline::age::Identity::generate(os::real_random()).recipient().to_string();
  EXPECT_EQ(recipients_of(parse(fmt::format(R"({{"encryption":{{"recipients":["{}"]}}}})", key)))->recipients.size(),
            1U);
  EXPECT_TRUE(recipients_of(parse("{}"))->recipients.empty());
  EXPECT_FALSE(recipients_of(parse(R"({"encryption":{"recipients":["age1x"]}})")));
}

}  // namespace
}  // namespace holdfast::work
