#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "objectstore/s3/retrier.h"
#include "support/fake_clock.h"
#include "support/fixed_random.h"

namespace holdfast::test {
namespace {

using objectstore::s3::Retrier;
using objectstore::s3::RetryPolicy;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Retrier, GivesUpAfterTheLastAttempt) {
  FakeClock clock;
  FixedRandom random;
  Retrier retrier({.attempts = 4}, clock, random);

  EXPECT_TRUE(retrier.again(Duration(0), {}));
  EXPECT_TRUE(retrier.again(Duration(0), {}));
  EXPECT_TRUE(retrier.again(Duration(0), {}));
  EXPECT_FALSE(retrier.again(Duration(0), {}));

  EXPECT_EQ(retrier.attempts(), 4);
  EXPECT_THAT(clock.sleeps(), SizeIs(3));
}

TEST(Retrier, WaitsAreJitteredWithinDoublingBounds) {
  EXPECT_TRUE(rc::check([](std::uint64_t seed) {
    FakeClock clock;
    FixedRandom random(seed);
    const RetryPolicy policy{.attempts = 10, .first_delay = milliseconds(100), .longest_delay = seconds(3)};
    Retrier retrier(policy, clock, random);
    while (retrier.again(Duration(0), {})) {
    }
    Duration bound = policy.first_delay;
    for (const Duration wait : clock.sleeps()) {
      RC_ASSERT(wait >= Duration(0));
      RC_ASSERT(wait <= bound);
      bound = std::min<Duration>(2 * bound, policy.longest_delay);
    }
  }));
}

TEST(Retrier, WaitsAtLeastAsLongAsTheServerAsksButNotForEver) {
  FakeClock clock;
  FixedRandom random;
  Retrier retrier({.attempts = 5, .longest_delay = seconds(10)}, clock, random);

  EXPECT_TRUE(retrier.again(seconds(7), {}));
  EXPECT_TRUE(retrier.again(std::chrono::hours(1), {}));

  EXPECT_EQ(clock.sleeps().at(0), seconds(7));
  EXPECT_EQ(clock.sleeps().at(1), seconds(30));
}

TEST(Retrier, StopsWhenTheBudgetIsUsedUpButTriesTwiceAtLeast) {
  FakeClock clock;
  FixedRandom random;
  Retrier retrier({.attempts = 100, .budget = seconds(60)}, clock, random);
  clock.advance(std::chrono::minutes(10));

  EXPECT_TRUE(retrier.again(Duration(0), {}));
  EXPECT_FALSE(retrier.again(Duration(0), {}));
}

TEST(Retrier, ProgressStartsTheCountOver) {
  FakeClock clock;
  FixedRandom random;
  Retrier retrier({.attempts = 2, .budget = seconds(60)}, clock, random);

  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(retrier.again(Duration(0), {}));
    clock.advance(seconds(50));
    retrier.progressed();
  }
}

TEST(Retrier, DoesNotWaitOnceStopped) {
  FakeClock clock;
  FixedRandom random;
  Retrier retrier({}, clock, random);
  std::stop_source stop;
  stop.request_stop();

  EXPECT_FALSE(retrier.again(Duration(0), stop.get_token()));
  EXPECT_THAT(clock.sleeps(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::test
