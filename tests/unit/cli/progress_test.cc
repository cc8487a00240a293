#include <sstream>

#include <gmock/gmock.h>

#include "cli/progress_display.h"
#include "support/fake_clock.h"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class ProgressTest : public ::testing::Test {
 protected:
  std::string last_line() const {
    const std::string all = err_.str();
    return all.substr(all.rfind('\r') + 1);
  }

  test::FakeClock clock_;
  std::ostringstream err_;
};

TEST_F(ProgressTest, the_bar_shows_share_rate_and_time_left) {
  ProgressBar bar(err_, clock_, 100);
  bar.update({.phase = "save", .done = 0, .total = 100'000'000});
  clock_.advance(1s);
  bar.update({.phase = "save", .done = 25'000'000, .total = 100'000'000});
  EXPECT_THAT(last_line(),
              HasSubstr("save  [=======>                      ]   25%  25 MB of 100 MB  25 MB/s  3.0s left"));
}

TEST_F(ProgressTest, the_bar_fits_into_a_narrow_terminal) {
  ProgressBar bar(err_, clock_, 40);
  clock_.advance(1s);
  bar.update({.phase = "verify", .done = 25'000'000, .total = 100'000'000});
  const std::string shown = last_line().substr(std::string("\033[K").size());
  EXPECT_LT(shown.size(), 40U);
}

TEST_F(ProgressTest, without_a_total_there_is_no_bar) {
  ProgressBar bar(err_, clock_, 100);
  bar.update({.phase = "save", .done = 0, .total = std::nullopt});
  clock_.advance(2s);
  bar.update({.phase = "save", .done = 3'000'000, .total = std::nullopt});
  EXPECT_THAT(last_line(), EndsWith("save  3.0 MB  1.5 MB/s"));
}

TEST_F(ProgressTest, the_bar_is_not_drawn_more_often_than_ten_times_a_second) {
  ProgressBar bar(err_, clock_, 100);
  bar.update({.phase = "save", .done = 1, .total = 100});
  const std::string before = err_.str();
  clock_.advance(50ms);
  bar.update({.phase = "save", .done = 2, .total = 100});
  EXPECT_EQ(err_.str(), before);
}

TEST_F(ProgressTest, another_phase_is_shown_at_once_and_alone_while_no_byte_moves) {
  ProgressBar bar(err_, clock_, 100);
  bar.update({.phase = "waiting", .done = 0, .total = std::nullopt});
  EXPECT_THAT(last_line(), EndsWith("waiting"));
  bar.update({.phase = "save", .done = 3'000'000, .total = std::nullopt});
  EXPECT_THAT(last_line(), HasSubstr("save  3.0 MB"));
}

TEST_F(ProgressTest, lines_do_not_tear_the_bar) {
  ProgressBar bar(err_, clock_, 100);
  bar.update({.phase = "save", .done = 1, .total = 100});
  bar.print_line("attempt 1 failed");
  EXPECT_THAT(err_.str(), EndsWith("\r\033[Kattempt 1 failed\n"));
  bar.update({.phase = "save", .done = 2, .total = 100});
  EXPECT_THAT(last_line(), HasSubstr("save"));
}

TEST_F(ProgressTest, the_bar_goes_away_at_the_end) {
  {
    ProgressBar(err_, clock_, 100).update({.phase = "save", .done = 1, .total = 100});
  }
  EXPECT_THAT(err_.str(), EndsWith("\r\033[K"));
}

TEST_F(ProgressTest, lines_come_once_a_second_and_at_the_end) {
  {
    ProgressLines lines(err_, clock_);
    lines.update({.phase = "save", .done = 0, .total = 10});
    clock_.advance(500ms);
    lines.update({.phase = "save", .done = 4, .total = 10});
    clock_.advance(500ms);
    lines.update({.phase = "save", .done = 5, .total = 10});
    lines.update({.phase = "save", .done = 10, .total = 10});
  }
  EXPECT_EQ(
      err_.str(),
      "{\"progress\":{\"phase\":\"save\",\"done\":0,\"total\":10,\"bytesPerSecond\":0}}\n"
      "{\"progress\":{\"phase\":\"save\",\"done\":5,\"total\":10,\"bytesPerSecond\":5,\"remainingSeconds\":1}}\n"
      "{\"progress\":{\"phase\":\"save\",\"done\":10,\"total\":10,\"bytesPerSecond\":5,\"remainingSeconds\":0}}\n");
}

TEST_F(ProgressTest, elsewhere_than_on_a_terminal_it_is_silent) {
  const auto progress = make_progress(ProgressStyle::automatic, err_, false, 80, clock_);
  progress->update({.phase = "save", .done = 1, .total = 2});
  EXPECT_EQ(err_.str(), "");
}

TEST_F(ProgressTest, the_rate_follows_a_change_of_speed) {
  ProgressRate rate(clock_.steady());
  std::uint64_t done = 0;
  for (int second = 0; second < 30; ++second) {
    clock_.advance(1s);
    rate.update(clock_.steady(), done += second < 10 ? 1000 : 5000);
  }
  EXPECT_NEAR(rate.bytes_per_second(), 5000, 50);
}

}  // namespace
}  // namespace holdfast::cli
