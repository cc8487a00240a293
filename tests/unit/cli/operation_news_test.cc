#include "cli/resources/operation_news.h"

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Optional;

constexpr WallTime kNow{1'770'000'000s};

json::Value operation(json::Object status) {
  return json::Object{{"metadata", json::Object{{"name", "backup-now-1"}}}, {"status", std::move(status)}};
}

json::Value waiting_again(std::int64_t attempt) {
  return operation({{"phase", "Pending"},
                    {"attempt", attempt},
                    {"message", "connection refused"},
                    {"hint", "check that a member runs"},
                    {"nextAttemptTime", format_time(kNow + 10s)}});
}

TEST(OperationNews, an_attempt_that_failed_is_told_with_the_next_one) {
  OperationNews news;
  EXPECT_EQ(news.take(operation({{"phase", "Running"}, {"attempt", 1}}), kNow), std::nullopt);

  EXPECT_THAT(news.take(waiting_again(1), kNow),
              Optional(AllOf(HasSubstr("attempt 1 failed: connection refused"), HasSubstr("begins in 10 s"))));
  EXPECT_EQ(news.hint(), "check that a member runs");
}

TEST(OperationNews, each_attempt_is_told_once) {
  OperationNews news;
  EXPECT_TRUE(news.take(waiting_again(1), kNow));
  EXPECT_FALSE(news.take(waiting_again(1), kNow));
  json::Object running{{"phase", "Running"}, {"attempt", 2}, {"message", "connection refused"}};
  EXPECT_FALSE(news.take(operation(std::move(running)), kNow));
  EXPECT_THAT(news.take(waiting_again(2), kNow), Optional(HasSubstr("attempt 2 failed")));
  EXPECT_THAT(news.trouble(), HasSubstr("attempt 2 failed: connection refused"));
}

TEST(OperationNews, the_end_is_left_to_the_error) {
  OperationNews news;
  EXPECT_FALSE(news.take(operation({{"phase", "Failed"}, {"attempt", 1}, {"message", "no"}}), kNow));
}

TEST(OperationNews, silence_is_broken_by_why_nothing_happens) {
  OperationNews news;
  EXPECT_FALSE(news.still(kNow));  // nothing is known yet
  EXPECT_FALSE(news.take(operation({}), kNow));
  EXPECT_THAT(news.still(kNow + 10s), Optional(AllOf(HasSubstr("not begun"), HasSubstr("10 s"))));

  EXPECT_FALSE(news.take(operation({{"phase", "Running"}, {"attempt", 1}}), kNow));
  EXPECT_THAT(news.still(kNow + 70s), Optional(HasSubstr("still at it, after 70 s")));
}

TEST(OperationNews, bytes_that_move_are_no_silence) {
  OperationNews news;
  json::Object progress{{"stage", "save"}, {"readBytes", 5}};
  EXPECT_FALSE(news.take(operation({{"phase", "Running"}, {"progress", std::move(progress)}}), kNow));
  EXPECT_FALSE(news.still(kNow + 10s));
  EXPECT_TRUE(news.still(kNow + 70s));
}

TEST(OperationNews, progress_shows_the_bytes_of_the_operation) {
  json::Object progress{{"stage", "save"}, {"readBytes", 5}, {"totalBytes", 10}};
  const auto shown = progress_of(operation({{"phase", "Running"}, {"progress", std::move(progress)}}));
  EXPECT_EQ(shown.phase, "save");
  EXPECT_EQ(shown.done, 5U);
  EXPECT_EQ(shown.total, 10U);
  EXPECT_EQ(progress_of(operation({{"phase", "Running"}})).phase, "running");
  EXPECT_EQ(progress_of(operation({})).phase, "waiting");
}

}  // namespace
}  // namespace holdfast::cli
