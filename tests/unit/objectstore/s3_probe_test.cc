// The question whether a server keeps conditions, asked with a probe object.
#include "scripted_s3.h"

namespace holdfast::test {
namespace {

using objectstore::s3::ConditionalPut;
using objectstore::s3::Config;

constexpr const char* kProbe = "/bucket/prod/.holdfast-probe-conditional";

class S3ProbeTest : public ScriptedS3 {
 protected:
  objectstore::s3::S3Store& asking() {
    Config with = config();
    with.conditional_put = ConditionalPut::automatic;
    with.probe_prefix = "prod/";
    return start(with);
  }
  void expect_put(HttpReply reply) {
    server_.expect({.method = "PUT", .target = kProbe, .headers = {{"If-None-Match", "*"}}, .reply = std::move(reply)});
  }
  void expect_remove(HttpReply reply) {
    server_.expect({.method = "DELETE", .target = kProbe, .reply = std::move(reply)});
  }
  // The trial of uploads in parts ends before it begins.
  void refuse_uploads() {
    server_.handle([](const HttpRequest&) { return error(403, "AccessDenied"); });
  }
  std::uint64_t limit(objectstore::s3::S3Store& store) { return store.features({}).conditional_put_limit; }
};

TEST_F(S3ProbeTest, AProbeThatAnEarlierSaveCouldNotRemoveAnswersTheQuestion) {
  expect_put(error(412, "PreconditionFailed"));
  expect_remove(error(403, "AccessDenied"));
  refuse_uploads();

  EXPECT_EQ(limit(asking()), config().part_size);
}

TEST_F(S3ProbeTest, ASecondPutThatIsRefusedIsAYes) {
  expect_put(stored());
  expect_put(error(412, "PreconditionFailed"));
  expect_remove({.status = 204});
  refuse_uploads();

  EXPECT_EQ(limit(asking()), config().part_size);
}

TEST_F(S3ProbeTest, AProbeThatAnotherTrialRemovedMeanwhileIsNoNo) {
  expect_put(stored());
  expect_put(stored());
  expect_put(error(412, "PreconditionFailed"));
  expect_remove({.status = 204});
  refuse_uploads();

  EXPECT_EQ(limit(asking()), config().part_size);
}

TEST_F(S3ProbeTest, AServerThatAlwaysReplacesIsANo) {
  for (int i = 0; i < 4; ++i)
    expect_put(stored());
  expect_remove({.status = 204});

  EXPECT_EQ(limit(asking()), 0U);
}

}  // namespace
}  // namespace holdfast::test
