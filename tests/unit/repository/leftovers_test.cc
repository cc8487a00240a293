#include "repository/leftovers.h"

#include "unit/objectstore/scripted_s3.h"

namespace holdfast::repository {
namespace {

TEST(OwnUploads, AreSnapshotsManifestsAndProbesDirectlyInTheFolder) {
  for (const char* key : {"prod/a.db", "prod/a.db.zst.age", "prod/a.db.gz.manifest.json", "prod/.holdfast-probe-7"})
    EXPECT_TRUE(is_own_upload(key, "prod/")) << key;
  for (const char* key : {"prod/video.mp4", "prod/a", "prod/west/a.db", "a.db", "prod2/a.db", "prod/x.manifest.json"})
    EXPECT_FALSE(is_own_upload(key, "prod/")) << key;
  EXPECT_TRUE(is_own_upload("a.db", ""));
}

class LeftoversTest : public test::ScriptedS3 {
 protected:
  std::string upload(const std::string& key, Duration age) {
    return fmt::format("<Upload><Key>{}</Key><UploadId>{}</UploadId><Initiated>{}</Initiated></Upload>", key, key[5],
                       format_time(clock_.now() - age));
  }
};

TEST_F(LeftoversTest, OnlyOldUploadsToKeysOfOursAreAborted) {
  const auto day = std::chrono::hours(24);
  server_.expect({.target = "/bucket?prefix=prod%2F&uploads=",
                  .reply = {.body = "<ListMultipartUploadsResult>" + upload("prod/a.db.zst", 4 * day) +
                                    upload("prod/b.db.zst", 2 * day) + upload("prod/c.mp4", 40 * day) +
                                    upload("prod/d/e.db", 40 * day) + upload("prod/f.db.age", 40 * day) +
                                    "</ListMultipartUploadsResult>"}});
  server_.expect({.method = "DELETE", .target = "/bucket/prod/a.db.zst?uploadId=a", .reply = {.status = 204}});
  server_.expect({.method = "DELETE", .target = "/bucket/prod/f.db.age?uploadId=f", .reply = {.status = 204}});

  const auto aborted = clear_leftovers(start(), "prod/", {});

  ASSERT_TRUE(aborted) << aborted.error().to_string();
  EXPECT_EQ(*aborted, 2U);
}

TEST_F(LeftoversTest, AMissingRightIsNamed) {
  server_.expect({.target = "/bucket?prefix=prod%2F&uploads=", .reply = error(403, "AccessDenied")});

  const auto aborted = clear_leftovers(start(), "prod/", {});

  ASSERT_FALSE(aborted);
  EXPECT_THAT(aborted.error().hint, ::testing::HasSubstr("s3:ListBucketMultipartUploads"));
}

}  // namespace
}  // namespace holdfast::repository
