#include "snapshot/restore_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "snapshot/plain_path.h"
#include "support/faulty_file_system.h"
#include "support/memory_file.h"
#include "support/temp_dir.h"

namespace holdfast::snapshot {
namespace {

using testing::HasSubstr;

class RestorePlan : public testing::Test {
 protected:
  RestoreOptions options(std::vector<RestoreTarget> targets) {
    RestoreOptions result;
    result.membership = membership_;
    result.targets = std::move(targets);
    return result;
  }
  std::string refusal(const RestoreOptions& wrong) {
    const auto planned = plan_targets({.file = &file_}, wrong);
    EXPECT_FALSE(planned);
    if (!planned) {
      EXPECT_EQ(planned.error().code, Code::usage);
    }
    return planned ? "" : planned.error().message;
  }

  const Membership membership_ = parse_membership("a=http://h:1,b=http://h:2", "t").value();
  test::MemoryFile file_;
};

TEST_F(RestorePlan, LooksUpMembersAndCleansPaths) {
  const RestoreOptions wanted = options({{"b", "/x//b/", ""}, {"a", "x/./a", "/wal/a/"}});

  const auto planned = plan_targets({.file = &file_}, wanted);

  ASSERT_TRUE(planned) << planned.error().to_string();
  EXPECT_EQ((*planned)[0].member->name, "b");
  EXPECT_EQ((*planned)[0].data_dir, "/x/b");
  EXPECT_EQ((*planned)[0].wal_dir, "");
  EXPECT_EQ((*planned)[1].data_dir, "x/a");
  EXPECT_EQ((*planned)[1].wal_dir, "/wal/a");
}

TEST_F(RestorePlan, RefusesContradictions) {
  EXPECT_THAT(refusal(options({})), HasSubstr("no directory"));
  EXPECT_THAT(refusal(options({{"c", "/x", ""}})), HasSubstr("no member named c"));
  EXPECT_THAT(refusal(options({{"a", "", ""}})), HasSubstr("no data directory"));
  EXPECT_THAT(refusal(options({{"a", "/x", ""}, {"a", "/y", ""}})), HasSubstr("twice"));
  EXPECT_THAT(refusal(options({{"a", "/x", ""}, {"b", "/x/", ""}})), HasSubstr("same directory"));
  EXPECT_THAT(refusal(options({{"a", "/x", ""}, {"b", "/x/b", ""}})), HasSubstr("lie in each other"));
  EXPECT_THAT(refusal(options({{"a", "/x", "/x"}})), HasSubstr("same directory"));
  EXPECT_THAT(refusal(options({{"a", "/x/data", "/x"}})), HasSubstr("lie in each other"));
  EXPECT_THAT(refusal(options({{"a", "/x", "/y/wal"}, {"b", "/y", ""}})), HasSubstr("lie in each other"));
}

TEST_F(RestorePlan, AcceptsAWriteAheadLogInsideItsDataDirectory) {
  EXPECT_TRUE(plan_targets({.file = &file_}, options({{"a", "/x", "/x/wal"}})));
}

TEST_F(RestorePlan, WantsBothOrNeitherOfTheRevisionOptions) {
  RestoreOptions only_bump = options({{"a", "/x", ""}});
  only_bump.bump_revision = 1;
  RestoreOptions only_mark = options({{"a", "/x", ""}});
  only_mark.mark_compacted = true;

  EXPECT_THAT(refusal(only_bump), HasSubstr("both, or neither"));
  EXPECT_THAT(refusal(only_mark), HasSubstr("both, or neither"));
}

TEST(PlainPath, DropsWhatMeansNothing) {
  EXPECT_EQ(plain_path("/a//b/./c/"), "/a/b/c");
  EXPECT_EQ(plain_path("./a/"), "a");
  EXPECT_EQ(plain_path("/"), "/");
  EXPECT_EQ(plain_path("."), ".");
  EXPECT_EQ(plain_path(""), ".");
  EXPECT_EQ(plain_path("../a"), "../a");
}

TEST(PlainPath, KnowsWhatLiesInside) {
  EXPECT_EQ(path_inside("/a", "/a/member/wal"), "member/wal");
  EXPECT_EQ(path_inside("/", "/a"), "a");
  EXPECT_EQ(path_inside(".", "a/b"), "a/b");
  EXPECT_EQ(path_inside("/a", "/a"), "");
  EXPECT_EQ(path_inside("/a", "/ab"), "");
  EXPECT_EQ(path_inside("/a", "/b"), "");
  EXPECT_EQ(path_inside(".", "/a"), "");
  EXPECT_EQ(path_inside(".", "../a"), "");
}

class RestoreSpace : public testing::Test {
 protected:
  Status check(std::uint64_t available, std::vector<PlannedTarget> targets, std::uint64_t database_size) {
    test::FaultyFileSystem files(os::real_file_system());
    files.limit_space(available);
    return check_space(files, targets, database_size);
  }

  test::TempDir dir_;
};

constexpr std::uint64_t kWal = 64'000'000;
constexpr std::uint64_t kMargin = 16 * kMiB;

TEST_F(RestoreSpace, CountsDatabaseAndWriteAheadLogOfEveryTarget) {
  const std::vector<PlannedTarget> targets{{.data_dir = dir_.file("new/a")},
                                           {.data_dir = dir_.file("b"), .wal_dir = dir_.file("wal")}};
  const std::uint64_t needed = 2 * (1'000'000 + kWal) + kMargin;

  EXPECT_TRUE(check(needed, targets, 1'000'000));
  EXPECT_FALSE(check(needed - 1, targets, 1'000'000));
}

TEST_F(RestoreSpace, SaysHowMuchIsNeededAndHowMuchIsThere) {
  const auto status = check(1000, {{.data_dir = dir_.file("a")}}, 4096);

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::no_space);
  EXPECT_THAT(status.error().message, HasSubstr(std::to_string(4096 + kWal + kMargin)));
  EXPECT_THAT(status.error().message, HasSubstr("1000 bytes"));
  EXPECT_THAT(status.error().message, HasSubstr(dir_.path()));
}

}  // namespace
}  // namespace holdfast::snapshot
