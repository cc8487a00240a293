// A dry run of a backup config tells what it would remove.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

namespace holdfast::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";

class RetentionPreview : public testing::Test, public ServerFixture {
 protected:
  RetentionPreview() {
    make_project("editor");
    EXPECT_EQ(post(kConfigs, config_text("daily")).status, 201);
    for (int i = 1; i <= 4; ++i)
      make_backup(i);
  }

  void make_backup(int day) {
    const std::string name = fmt::format("daily-{}", day);
    json::Value object = parse(fmt::format(
        R"({{"apiVersion":"holdfast.dev/v1","kind":"Backup","metadata":{{"name":"{0}"}},
            "spec":{{"cluster":"c1","config":"daily","destination":"d1","objectKey":"c1-{0}.db","backupName":"{0}.db"}}}})",
        name));
    registry::WriteOptions options;
    options.by_server = true;
    options.status = parse(
        fmt::format(R"({{"phase":"Completed","scheduledTime":"2026-01-{:02}T00:00:00Z","sequence":{}}})", day, day));
    EXPECT_TRUE(registry->create(kind("backup"), "cluster-c1", std::move(object), options));
  }

  std::vector<std::string> warnings(const std::string& query, const std::string& body, const std::string& type) {
    const Reply reply = ask({.method = "PATCH",
                             .target = kConfigs + "/daily" + query,
                             .body = body,
                             .type = type,
                             .user = "ann",
                             .groups = {}});
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.all("Warning");
  }
};

constexpr const char* kMerge = "application/merge-patch+json";

TEST_F(RetentionPreview, OfAPatchIsAWarning) {
  EXPECT_THAT(warnings("?dryRun=All", R"({"spec":{"keep":2}})", kMerge),
              ElementsAre("299 - \"would remove 2 backups: daily-1, daily-2 (beyond keep 2)\""));
  EXPECT_THAT(warnings("?dryRun=All", R"({"spec":{"keep":9}})", kMerge), IsEmpty());
}

TEST_F(RetentionPreview, OfAnApplyIsAWarning) {
  EXPECT_THAT(warnings("?dryRun=All&fieldManager=f&force=true",
                       config_text("daily", R"("schedule":"@hourly","keep":3)"), "application/apply-patch+yaml"),
              ElementsAre("299 - \"would remove 1 backup: daily-1 (beyond keep 3)\""));
}

TEST_F(RetentionPreview, IsOnlyForDryRuns) {
  EXPECT_THAT(warnings("", R"({"spec":{"keep":2}})", kMerge), IsEmpty());
}

TEST_F(RetentionPreview, OfABackupByHandSaysWhenTheOneBeforeGoes) {
  const auto asked = [&](const std::string& name) {
    const Reply reply = post("/apis/holdfast.dev/v1/namespaces/cluster-c1/operations",
                             R"({"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{"name":")" + name +
                                 R"("},"spec":{"type":"Backup","cluster":"c1","config":"daily"}})");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.all("Warning");
  };
  EXPECT_THAT(asked("a"), IsEmpty()) << "the oldest of many goes, as always";

  warnings("", R"({"spec":{"keep":1}})", kMerge);

  EXPECT_THAT(asked("b"), ElementsAre("299 - \"when it is stored, the one before it, daily-4, is removed (beyond keep "
                                      "1); pinned it would stay\""));
}

TEST_F(RetentionPreview, ChangesNothing) {
  const auto before = store->revision().value();

  warnings("?dryRun=All", R"({"spec":{"keep":2}})", kMerge);

  EXPECT_EQ(store->revision().value(), before);
}

}  // namespace
}  // namespace holdfast::test
