// A staging that fails or dies at any point never touches what runs, and what it leaves is proven or removed by the
// next.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage_fixture.h"

#include "snapshot/status.h"
#include "support/faulty_file_system.h"
#include "support/power_cut_file_system.h"

namespace holdfast::launcher {
namespace {

using test::Contents;
using test::FaultyFileSystem;
using test::FileCall;
using test::kId;
using test::PlaceKind;
using test::PowerCutFileSystem;

class MemberStageFault : public test::StageFixture, public testing::WithParamInterface<PlaceKind> {
 protected:
  MemberStageFault() : StageFixture(GetParam()) {}

  void clear() {
    const Status cleared =
        bring_to(os::real_file_system(), place_.place(), {.goal = Goal::forgotten, .id = kId, .key = {}}, {});
    ASSERT_TRUE(cleared) << cleared.error().to_string();
    ASSERT_EQ(place_.contents(), (Contents{{"", "old"}}));
  }

  // What runs is as it was; what counts as staged is what its file says, to the last page.
  void expect_sound(int n) {
    const MemberDisk found = look();
    ASSERT_EQ(place_.contents().at(""), "old") << "after " << n;
    const StoredDirectory* staged = found.find(Kind::staged, kId);
    if (staged == nullptr) return;
    ASSERT_TRUE(staged->facts) << "after " << n;
    const auto file = os::real_file_system().open(place_.layout().database(staged_path()), os::OpenMode::read);
    ASSERT_TRUE(file);
    const auto status = snapshot::read_status(**file, false);
    ASSERT_TRUE(status) << "after " << n << ": " << status.error().to_string();
    ASSERT_EQ(status->facts.hash, staged->facts->hash) << "after " << n;
    const std::string wal = os::parent_path(os::parent_path(place_.layout().database(staged_path()))) + "/wal";
    ASSERT_EQ(os::real_file_system().list(wal).value().size(), 1U);
  }
};

INSTANTIATE_TEST_SUITE_P(Places, MemberStageFault, testing::Values(PlaceKind::beside, PlaceKind::inside),
                         [](const auto& one) { return one.param == PlaceKind::beside ? "Beside" : "Inside"; });

TEST_P(MemberStageFault, AtAnyCallIsToldAndLeavesNothingThatIsNotProven) {
  constexpr FileCall kCalls[] = {
      FileCall::create, FileCall::write,  FileCall::truncate,       FileCall::allocate,
      FileCall::sync,   FileCall::rename, FileCall::sync_directory, FileCall::make_directories,
      FileCall::open,   FileCall::read,   FileCall::stat,           FileCall::free_bytes};
  if (GetParam() == PlaceKind::inside) return;  // the same calls, but for one sync
  int faults = 0;
  for (const FileCall call : kCalls) {
    for (int n = 1;; ++n) {
      FaultyFileSystem files(os::real_file_system());
      files.fail_call(call, n, Code::no_space);
      const auto report = stage(files);
      const bool reached = files.unreached_faults().empty();
      if (reached) {
        ++faults;
        ASSERT_FALSE(report) << static_cast<int>(call) << " number " << n;
        // The last sync fails behind the rename: then it lies there, and is proven.
        if (look().find(Kind::staged, kId) == nullptr) {
          ASSERT_EQ(place_.contents(), (Contents{{"", "old"}}));
        }
      } else {
        ASSERT_TRUE(report) << report.error().to_string();
      }
      expect_sound(n);
      clear();
      if (!reached || HasFatalFailure()) break;
    }
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(faults, 60);
}

TEST_P(MemberStageFault, ThatKillsTheProgramIsMadeGoodByTheNext) {
  int deaths = 0;
  for (int n = 0;; ++n) {
    FaultyFileSystem files(os::real_file_system());
    files.crash_after(n);
    static_cast<void>(stage(files));
    expect_sound(n);
    const auto again = stage();
    ASSERT_TRUE(again) << "after " << n << ": " << again.error().to_string();
    ASSERT_EQ(look().others.size(), 1U) << "after " << n;
    ASSERT_TRUE(look().leftovers.empty());
    clear();
    if (!files.crashed()) break;
    ++deaths;
  }
  EXPECT_GT(deaths, 20);
}

TEST_P(MemberStageFault, ThatCutsThePowerLeavesNothingThatOnlyLooksProven) {
  int deaths = 0;
  for (int n = 0;; ++n) {
    test::TempDir attic;
    PowerCutFileSystem disk(attic.path());
    FaultyFileSystem files(disk);
    files.crash_after(n);
    const bool done = stage(files).has_value();
    disk.cut_power();
    expect_sound(n);
    if (done) {
      ASSERT_NE(look().find(Kind::staged, kId), nullptr);
    }
    clear();
    if (!files.crashed()) break;
    ++deaths;
  }
  EXPECT_GT(deaths, 20);
}

TEST_P(MemberStageFault, OfADiskThatFillsUpLeavesNothing) {
  for (const std::uint64_t room : {1'000ULL, 20'000ULL, 63'000'000ULL}) {
    FaultyFileSystem files(os::real_file_system());
    request_.on_progress = [&](std::uint64_t, std::uint64_t) { files.limit_space(room); };
    const auto report = stage(files);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::no_space) << report.error().to_string();
    EXPECT_EQ(place_.contents(), (Contents{{"", "old"}}));
  }
}

}  // namespace
}  // namespace holdfast::launcher
