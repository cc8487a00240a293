#include "server/download_turns.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::server {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Verdict = DownloadTurns::Verdict;

// Places, people, and a time that passes as it is told.
class Desk {
 public:
  // With that many places for everybody, and one more for administrators.
  explicit Desk(std::size_t places = 4) : turns_({.most = places + 1}) {}

  Verdict ask(const std::string& user, bool admin = false) {
    const Downloader who{.user = user, .admin = admin};
    const Verdict verdict = turns_.judge(who, holders_, now_);
    if (verdict == Verdict::wait) turns_.told_to_wait(who, now_);
    if (verdict != Verdict::place) return verdict;
    turns_.gave_place(who, now_);
    holders_.push_back(who);
    return verdict;
  }
  bool gets(const std::string& user, bool admin = false) { return ask(user, admin) == Verdict::place; }
  void leave(const std::string& user) {
    const auto found =
        std::find_if(holders_.begin(), holders_.end(), [&](const Downloader& each) { return each.user == user; });
    ASSERT_NE(found, holders_.end()) << user;
    holders_.erase(found);
  }
  void pass(Duration time) { now_ += time; }

 private:
  DownloadTurns turns_;
  std::vector<Downloader> holders_;
  os::SteadyTime now_{std::chrono::hours(1)};
};

TEST(DownloadTurns, GiveAUserTwoPlaces) {
  Desk desk;

  EXPECT_TRUE(desk.gets("ann"));
  EXPECT_TRUE(desk.gets("ann"));
  EXPECT_EQ(desk.ask("ann"), Verdict::too_many_of_own);
}

TEST(DownloadTurns, LeaveTwoUsersNotAllPlaces) {
  Desk desk;
  for (const char* user : {"ann", "ann", "bob"})
    ASSERT_TRUE(desk.gets(user));

  EXPECT_FALSE(desk.gets("bob"));
  EXPECT_TRUE(desk.gets("eve"));
}

TEST(DownloadTurns, KeepAPlaceForAdministrators) {
  Desk desk;
  for (const char* user : {"ann", "ann", "bob", "eve"})
    ASSERT_TRUE(desk.gets(user));

  EXPECT_FALSE(desk.gets("joe"));
  EXPECT_TRUE(desk.gets("root", true));
}

TEST(DownloadTurns, OfAdministratorsLeaveTheOthersTheirs) {
  Desk desk(1);
  ASSERT_TRUE(desk.gets("root", true));

  EXPECT_TRUE(desk.gets("ann"));
}

TEST(DownloadTurns, KeepAFreePlaceForWhoWaitsAndHadNone) {
  Desk desk(1);
  ASSERT_TRUE(desk.gets("ann"));
  ASSERT_FALSE(desk.gets("eve"));
  desk.leave("ann");

  EXPECT_FALSE(desk.gets("ann"));
  desk.pass(seconds(10));
  EXPECT_TRUE(desk.gets("eve"));
}

TEST(DownloadTurns, ComeAgainForWhoHadOneLongAgo) {
  Desk desk(1);
  for (const char* user : {"ann", "bob"}) {
    ASSERT_TRUE(desk.gets(user));
    desk.leave(user);
    desk.pass(minutes(1));
  }
  ASSERT_TRUE(desk.gets("eve"));
  EXPECT_FALSE(desk.gets("bob"));  // asks first, but was served after ann
  EXPECT_FALSE(desk.gets("ann"));
  desk.leave("eve");

  EXPECT_FALSE(desk.gets("bob"));
  EXPECT_TRUE(desk.gets("ann"));
}

TEST(DownloadTurns, WaitOnlyAWhileForWhoDoesNotComeBack) {
  Desk desk(1);
  ASSERT_TRUE(desk.gets("ann"));
  ASSERT_FALSE(desk.gets("eve"));
  desk.leave("ann");

  desk.pass(kWaitForThem - seconds(1));
  EXPECT_FALSE(desk.gets("ann"));
  desk.pass(seconds(1));
  EXPECT_TRUE(desk.gets("ann"));
}

TEST(DownloadTurns, OfAnAdministratorWhoWaitsForTheirOwnPlaceDelayNobodyElse) {
  Desk desk(1);
  ASSERT_TRUE(desk.gets("root", true));
  ASSERT_TRUE(desk.gets("ann"));
  ASSERT_FALSE(desk.gets("admin", true));
  desk.leave("root");
  desk.leave("ann");

  EXPECT_TRUE(desk.gets("eve"));
  EXPECT_TRUE(desk.gets("admin", true));
}

// Some come again each second, hold a place for a while and come again; one asks every ten seconds, as told.
TEST(DownloadTurns, ServeWhoAsksAsToldAmongOthersWhoAskAllTheTime) {
  EXPECT_TRUE(rc::check([] {
    const auto others = *rc::gen::inRange(1, 7);
    const auto longest = *rc::gen::inRange(1, 60);
    Desk desk;
    std::vector<std::pair<int, std::string>> ends;  // second, user
    int waited = 0;
    for (int second = 0; second < 300; ++second) {
      for (const auto& [end, user] : ends) {
        if (end == second) desk.leave(user);
      }
      for (int each = 0; each < others; ++each) {
        const std::string user = "other" + std::to_string(each);
        while (desk.gets(user))
          ends.emplace_back(second + 1 + *rc::gen::inRange(0, longest), user);
      }
      if (second % 10 == 9) {
        if (desk.gets("eve")) {
          waited = 0;
          desk.leave("eve");
        } else {
          waited += 10;
        }
      }
      // Each of the others goes first at most once, and four go at a time.
      RC_ASSERT(waited <= 2 * longest + 30);
      desk.pass(seconds(1));
    }
  }));
}

TEST(DownloadTurns, AlwaysHaveAPlaceForTheOneAdministrator) {
  EXPECT_TRUE(rc::check([] {
    Desk desk;
    for (const auto& user :
         *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "b", "c", "d", "e"))) {
      desk.ask(user);
      desk.pass(seconds(*rc::gen::inRange(0, 40)));
    }
    RC_ASSERT(desk.gets("root", true));
  }));
}

}  // namespace
}  // namespace holdfast::server
