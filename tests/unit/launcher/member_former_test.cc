#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/bring_to.h"
#include "launcher/member/former.h"
#include "member_fixture.h"

namespace holdfast::launcher {
namespace {

using namespace std::chrono_literals;
using test::kId;
using test::MemberPlace;
using test::PlaceKind;
using testing::ElementsAre;
using testing::IsEmpty;

class MemberFormer : public testing::TestWithParam<PlaceKind> {
 protected:
  std::vector<FormerDirectory> former() {
    auto found = former_directories(os::real_file_system(), place_.place());
    EXPECT_TRUE(found) << found.error().to_string();
    return found ? std::move(*found) : std::vector<FormerDirectory>{};
  }
  MemberPlace place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Places, MemberFormer, testing::Values(PlaceKind::beside, PlaceKind::inside),
                         [](const auto& one) { return one.param == PlaceKind::beside ? "Beside" : "Inside"; });

TEST_P(MemberFormer, DirectoriesAreListedWithSizeAndTheTimeOfTheSwap) {
  place_.make_live("old");
  place_.make_staged("new");
  place_.make(place_.name(Kind::undone, "r-0"), "undone");
  const auto made = os::real_file_system().stat(place_.layout().live()).value()->changed;

  ASSERT_TRUE(bring_to(os::real_file_system(), place_.place(), {.goal = Goal::swapped, .id = kId, .key = {}}, {}));

  const auto found = former();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, Kind::before);
  EXPECT_EQ(found[0].id, kId);
  EXPECT_EQ(found[0].path, place_.path(place_.name(Kind::before)));
  EXPECT_EQ(found[0].size, 3U);
  EXPECT_GE(found[0].since, made);
  EXPECT_EQ(found[1].kind, Kind::undone);
  EXPECT_EQ(found[1].id, "r-0");
}

TEST_P(MemberFormer, WithoutRestoresThereAreNone) {
  place_.make_live("old");
  EXPECT_THAT(former(), IsEmpty());
}

FormerDirectory one(Kind kind, const std::string& id, WallTime since) {
  return {.kind = kind, .id = id, .path = "", .size = 1, .since = since};
}

TEST(RestoresToForget, AreThoseWhoseTimeIsOver) {
  const WallTime now(1'000h);
  const std::vector<FormerDirectory> former{one(Kind::before, "young", now - 23h), one(Kind::before, "old", now - 24h),
                                            one(Kind::before, "mixed", now - 48h), one(Kind::undone, "mixed", now - 1h),
                                            one(Kind::undone, "older", now - 48h)};
  EXPECT_THAT(restores_to_forget(former, now, 24h), ElementsAre("old", "older"));
  EXPECT_THAT(restores_to_forget({}, now, 24h), IsEmpty());
}

TEST(RestoresToForget, AreNotThoseOfTheFuture) {
  const WallTime now(1'000h);
  EXPECT_THAT(restores_to_forget({one(Kind::before, "ahead", now + 1h)}, now, 0h), IsEmpty());
}

}  // namespace
}  // namespace holdfast::launcher
