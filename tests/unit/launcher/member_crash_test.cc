// The program or the machine dies at every call of a swap, of its way back, of a recovery from either: what was there
// is never lost, and the next attempt, at the same or at the opposite, ends in one of the two whole states.
#include <functional>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/bring_to.h"
#include "member_fixture.h"

#include "support/faulty_file_system.h"
#include "support/power_cut_file_system.h"

namespace holdfast::launcher {
namespace {

using test::Contents;
using test::FaultyFileSystem;
using test::FileCall;
using test::kId;
using test::MemberPlace;
using test::PlaceKind;
using test::PowerCutFileSystem;

struct Case {
  const char* name;
  PlaceKind place = PlaceKind::beside;
  bool lost_disk = false;
  bool power = false;  // the machine dies, and what was not synced is gone; otherwise the program alone
};

class MemberCrash : public testing::TestWithParam<Case> {
 protected:
  // A fresh place, with what ran and what is staged, all of it on the disk.
  void prepare() {
    place_.emplace(GetParam().place);
    if (!GetParam().lost_disk) place_->make_live("old");
    place_->make_staged("new");
  }

  // Returns whether it died, after so many changes.
  bool die_after(int changes, Goal goal) {
    test::TempDir attic;
    PowerCutFileSystem disk(attic.path());
    FaultyFileSystem files(GetParam().power ? static_cast<os::FileSystem&>(disk) : os::real_file_system());
    files.crash_after(changes);
    static_cast<void>(bring_to(files, place_->place(), wanted(goal), {}));
    if (GetParam().power) disk.cut_power();
    return files.crashed();
  }

  void expect_done(Goal goal) {
    const Status done = bring_to(os::real_file_system(), place_->place(), wanted(goal), {});
    EXPECT_TRUE(done) << done.error().to_string();
  }

  // Whole means: nothing but these, no journal, no temporary file.
  bool is_old() const {
    const Contents found = without_leftovers();
    if (GetParam().lost_disk) return found == Contents{{".staged-r-1", "new"}};
    return found == Contents{{"", "old"}, {".staged-r-1", "new"}} ||
           found == Contents{{"", "old"}, {".undone-r-1", "new"}};
  }
  bool is_new() const {
    const Contents found = without_leftovers();
    if (GetParam().lost_disk) return found == Contents{{"", "new"}};
    return found == Contents{{"", "new"}, {".before-r-1", "old"}};
  }
  // The temporary file of a journal may stay until the next staging.
  Contents without_leftovers() const {
    Contents found = place_->contents();
    std::erase_if(found, [](const auto& entry) { return entry.first.ends_with(".tmp"); });
    return found;
  }

  static Wanted wanted(Goal goal) { return {.goal = goal, .id = kId, .key = {}}; }

  std::optional<MemberPlace> place_;
};

INSTANTIATE_TEST_SUITE_P(Ways, MemberCrash,
                         testing::Values(Case{.name = "Program"},
                                         Case{.name = "ProgramInside", .place = PlaceKind::inside},
                                         Case{.name = "ProgramLostDisk", .lost_disk = true},
                                         Case{.name = "Power", .power = true},
                                         Case{.name = "PowerInside", .place = PlaceKind::inside, .power = true},
                                         Case{.name = "PowerLostDisk", .lost_disk = true, .power = true}),
                         [](const auto& one) { return one.param.name; });

TEST_P(MemberCrash, InASwapIsFollowedByTheSwapOrByTheOldState) {
  int deaths = 0;
  for (int n = 0;; ++n) {
    prepare();
    const bool died = die_after(n, Goal::swapped);
    expect_done(Goal::swapped);
    ASSERT_TRUE(is_new()) << "after " << n << " changes";

    prepare();
    die_after(n, Goal::swapped);
    const Status back = bring_to(os::real_file_system(), place_->place(), wanted(Goal::returned), {});
    if (!back) {
      ASSERT_TRUE(GetParam().lost_disk) << back.error().to_string();
    }
    ASSERT_TRUE(back ? is_old() : without_leftovers().at("") == "new") << "after " << n << " changes";
    if (!died) break;
    ++deaths;
  }
  EXPECT_GE(deaths, 8);
}

TEST_P(MemberCrash, InTheWayBackIsFollowedByEither) {
  if (GetParam().lost_disk) return;  // has none
  int deaths = 0;
  for (int n = 0;; ++n) {
    bool died = false;
    for (const Goal after : {Goal::returned, Goal::swapped}) {
      prepare();
      expect_done(Goal::swapped);
      died = die_after(n, Goal::returned);
      const Status done = bring_to(os::real_file_system(), place_->place(), wanted(after), {});
      // Taken back to the end, it is not swapped in again.
      if (after == Goal::returned || !done) {
        ASSERT_TRUE(is_old()) << "after " << n << " changes";
      } else {
        ASSERT_TRUE(is_new()) << "after " << n << " changes";
      }
    }
    if (!died) break;
    ++deaths;
  }
  EXPECT_GE(deaths, 8);
}

TEST_P(MemberCrash, InTheRecoveryFromACrashIsFollowedByEither) {
  if (GetParam().lost_disk || GetParam().place == PlaceKind::inside) return;
  for (int n = 0; n < 14; ++n) {
    for (int m = n % 3; m < 14; m += 3) {
      const Goal second = (n + m) % 2 == 0 ? Goal::returned : Goal::swapped;
      const Goal last = m % 2 == 0 ? Goal::swapped : Goal::returned;
      prepare();
      die_after(n, Goal::swapped);
      die_after(m, second);
      const Status done = bring_to(os::real_file_system(), place_->place(), wanted(last), {});
      ASSERT_NE(is_old(), is_new()) << n << " then " << m;
      if (done) {
        ASSERT_TRUE(last == Goal::swapped ? is_new() : is_old()) << n << " then " << m;
      }
    }
  }
}

// What is kept is there under its name with everything in it, or it is not there under its name.
TEST_P(MemberCrash, InForgettingLeavesNothingThatLooksWhole) {
  int deaths = 0;
  for (int n = 0;; ++n) {
    prepare();
    expect_done(Goal::swapped);
    place_->make(place_->name(Kind::undone), "undone", kId);
    const bool died = die_after(n, Goal::forgotten);
    for (const auto& [name, word] : place_->contents()) {
      if (name == ".before-r-1") {
        ASSERT_EQ(word, "old") << "after " << n << " changes";
      }
      if (name == ".undone-r-1") {
        ASSERT_EQ(word, "undone") << "after " << n << " changes";
      }
    }
    expect_done(Goal::forgotten);
    ASSERT_EQ(place_->contents(), (Contents{{"", "new"}})) << "after " << n << " changes";
    if (!died) break;
    ++deaths;
  }
  EXPECT_GE(deaths, 5);
}

TEST_P(MemberCrash, ACallThatFailsIsToldAndTheNextAttemptGoesOn) {
  if (GetParam().power || GetParam().place == PlaceKind::inside) return;  // nothing is cut here
  int faults = 0;
  for (const FileCall call :
       {FileCall::create, FileCall::write, FileCall::sync, FileCall::rename, FileCall::remove, FileCall::sync_directory,
        FileCall::open, FileCall::read, FileCall::list, FileCall::stat, FileCall::free_bytes}) {
    for (int n = 1;; ++n) {
      prepare();
      FaultyFileSystem files(os::real_file_system());
      files.fail_call(call, n, Code::no_space);
      const Status done = bring_to(files, place_->place(), wanted(Goal::swapped), {});
      const bool reached = files.unreached_faults().empty();
      if (!reached) {
        ASSERT_TRUE(done) << done.error().to_string();
        break;
      }
      ++faults;
      // A full disk looks to the reader of staged.json like one that is too large; then nothing is proven.
      if (!done && done.error().code != Code::refused) {
        ASSERT_EQ(done.error().code, Code::no_space);
      }
      expect_done(n % 2 == 0 || GetParam().lost_disk ? Goal::swapped : Goal::returned);
      ASSERT_NE(is_old(), is_new()) << static_cast<int>(call) << " number " << n;
    }
  }
  EXPECT_GT(faults, 20);
}

}  // namespace
}  // namespace holdfast::launcher
