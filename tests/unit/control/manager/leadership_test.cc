#include "control/manager/leadership.h"

#include <gtest/gtest.h>

#include "support/control_plane.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::control {
namespace {

using std::chrono::seconds;

class LeadershipTest : public testing::Test {
 protected:
  test::TempDir dir_;
  test::ControlPlane plane_{{.directory = dir_.path(), .decides = false, .works = false}};
  test::FakeClock clock_;
};

TEST_F(LeadershipTest, OneOfTwoLeads) {
  Leadership one(plane_.store(), clock_, "one", seconds(60));
  Leadership two(plane_.store(), clock_, "two", seconds(60));
  EXPECT_TRUE(one.renew());
  EXPECT_FALSE(two.renew());
  EXPECT_TRUE(one.renew());
  one.give_up();
  EXPECT_TRUE(two.renew());
  EXPECT_FALSE(one.renew());
}

TEST_F(LeadershipTest, PassesOnWhenItsHolderIsSilent) {
  Leadership one(plane_.store(), clock_, "one", seconds(1));
  Leadership two(plane_.store(), clock_, "two", seconds(60));
  ASSERT_TRUE(one.renew());
  EXPECT_TRUE(test::ControlPlane::wait_until([&] { return two.renew(); }));
  EXPECT_FALSE(one.renew()) << "its lease is over";
}

TEST_F(LeadershipTest, IsTakenBackByTheSameServerAfterARestart) {
  auto before = std::make_unique<Leadership>(plane_.store(), clock_, "one", seconds(60));
  ASSERT_TRUE(before->renew());
  Leadership after(plane_.store(), clock_, "one", seconds(60));
  EXPECT_TRUE(after.renew());
}

}  // namespace
}  // namespace holdfast::control
