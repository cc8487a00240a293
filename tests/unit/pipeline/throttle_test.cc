#include "pipeline/throttle.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "test_streams.h"

#include "support/fake_clock.h"

namespace holdfast::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

double seconds_since(os::SteadyTime start, test::FakeClock& clock) {
  return std::chrono::duration<double>(clock.steady() - start).count();
}

TEST(Throttle, TakesAsLongAsTheRateSays) {
  test::FakeClock clock;
  const auto start = clock.steady();
  PieceSource from(noise(1'000'000));
  const auto throttle = make_throttle(100'000, from, clock, {});
  EXPECT_EQ(read_in_pieces(*throttle), noise(1'000'000));
  EXPECT_NEAR(seconds_since(start, clock), 10.0, 0.2);
}

TEST(Throttle, NeverGivesMoreThanTheRateFromTheStart) {
  EXPECT_TRUE(rc::check([] {
    const auto rate = *rc::gen::inRange<std::uint64_t>(1, 50'000);
    const auto piece = *rc::gen::inRange<std::size_t>(1, 20'000);
    test::FakeClock clock;
    const auto start = clock.steady();
    PieceSource from(noise(30'000), {piece});
    const auto throttle = make_throttle(rate, from, clock, {});
    Bytes buffer(*rc::gen::inRange<std::size_t>(1, 20'000));
    double given = 0;
    for (int i = 0; i < 100; ++i) {
      const auto count = throttle->read(buffer);
      RC_ASSERT(count.has_value());
      if (*count == 0) break;
      given += static_cast<double>(*count);
      RC_ASSERT(given <= seconds_since(start, clock) * static_cast<double>(rate) + 1e-3);
    }
  }));
}

TEST(Throttle, AllowsABurstOfOneSecondAfterARest) {
  test::FakeClock clock;
  PieceSource from(noise(10'000));
  const auto throttle = make_throttle(1000, from, clock, {});
  clock.advance(seconds(60));
  Bytes buffer(10'000);
  EXPECT_EQ(throttle->read(buffer), 1000U);
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST(Throttle, GivesAnEvenFlowInTenthsOfASecond) {
  test::FakeClock clock;
  PieceSource from(noise(100'000));
  const auto throttle = make_throttle(10'000, from, clock, {});
  Bytes buffer(100'000);
  for (int i = 0; i < 5; ++i)
    EXPECT_LE(*throttle->read(buffer), 1001U);
  for (const Duration sleep : clock.sleeps())
    EXPECT_LE(sleep, milliseconds(101));
}

TEST(Throttle, EndsWithCancelledWhenStopped) {
  test::FakeClock clock;
  std::stop_source stop;
  PieceSource from(noise(1000));
  const auto throttle = make_throttle(10, from, clock, stop.get_token());
  stop.request_stop();
  Bytes buffer(1000);
  EXPECT_EQ(throttle->read(buffer).error().code, Code::cancelled);
  EXPECT_EQ(throttle->read(buffer).error().code, Code::cancelled);
}

TEST(Throttle, HandsOnTheErrorOfItsSource) {
  test::FakeClock clock;
  PieceSource from(noise(10), {}, fail(Code::unavailable, "gone"));
  const auto throttle = make_throttle(1000, from, clock, {});
  EXPECT_EQ(read_in_pieces(*throttle).error().code, Code::unavailable);
}

}  // namespace
}  // namespace holdfast::pipeline
