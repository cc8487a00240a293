#include "server/download_pace.h"

#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kBacklog = 1024;
using std::chrono::seconds;

class Pace : public testing::Test {
 protected:
  Pace() {
    stream_->hold_back();
    pace_.begin(stream_, kBacklog, at(0));
  }
  static os::SteadyTime at(int second) { return os::SteadyTime(seconds(second)); }
  void write(std::uint64_t bytes, int second) {
    stream_->write(std::string(bytes, 'x'));
    pace_.wrote(bytes, at(second));
  }

  std::shared_ptr<test::RecordedStream> stream_ = std::make_shared<test::RecordedStream>();
  DownloadPace pace_;
};

TEST_F(Pace, is_not_known_before_two_minutes) {
  write(kBacklog, 0);

  EXPECT_EQ(pace_.rate(at(119)), std::nullopt);
  EXPECT_EQ(pace_.rate(at(120)), 0U);
}

TEST_F(Pace, is_what_the_client_has_taken_in_that_time) {
  write(120'000, 0);
  stream_->drain();
  write(kBacklog, 60);

  EXPECT_EQ(pace_.rate(at(120)), 1000U);
}

TEST_F(Pace, forgets_what_was_taken_before) {
  write(120'000'000, 0);
  stream_->drain();
  for (int second = 30; second <= 600; second += 30)
    write(kBacklog, second);

  EXPECT_EQ(pace_.rate(at(600)), 0U);
}

TEST_F(Pace, is_nobodys_fault_while_the_client_waits_for_us) {
  write(10, 0);

  EXPECT_EQ(pace_.rate(at(3600)), std::nullopt);
}

}  // namespace
}  // namespace holdfast::server
