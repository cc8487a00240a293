// A restore that fails or dies at any point leaves a complete data directory or none, and after a failure that it lived
// to report, no temporaries either.
#include <gmock/gmock.h>

#include "restore_fixture.h"

namespace holdfast::snapshot {
namespace {

using test::FaultyFileSystem;
using test::FileCall;
using testing::IsEmpty;

struct Way {
  const char* name;
  bool stream = false;
  bool own_wal = false;
  bool existing = false;
  bool two_targets = false;
};

class RestoreFault : public test::RestoreFixture, public testing::WithParamInterface<Way> {
 protected:
  RestoreFault() {
    if (GetParam().own_wal) options_.targets[0].wal_dir = wal();
    if (GetParam().two_targets) options_.targets.push_back({"b", other_, ""});
    options_.drop_free_pages = true;
  }

  std::string wal() const { return GetParam().own_wal ? place_.file("logs/wal") : target_ + "/member/wal"; }

  void prepare() {
    ASSERT_TRUE(os::remove_tree(os::real_file_system(), target_));
    ASSERT_TRUE(os::remove_tree(os::real_file_system(), other_));
    for (const std::string& name : left())
      ASSERT_TRUE(os::remove_tree(os::real_file_system(), place_.file(name)));
    if (GetParam().existing) {
      ASSERT_TRUE(os::real_file_system().make_directories(target_, 0700));
    }
  }

  Result<RestoreReport> run(FaultyFileSystem& files) {
    return GetParam().stream ? restore_stream(files) : restore_file(files);
  }

  bool is_complete(const std::string& target) {
    const bool first = target == target_;
    return complete(target, first ? wal() : target + "/member/wal");
  }
  // No server would take what is there for a member's data.
  static bool is_absent(const std::string& target) {
    const auto info = os::real_file_system().stat(target + "/member");
    return info && !*info;
  }
  // What a reported failure may leave: the empty directory that was there before.
  std::vector<std::string> rest() {
    std::vector<std::string> names;
    for (const std::string& name : left()) {
      const auto inside = os::real_file_system().list(place_.file(name));
      if (GetParam().existing && name == "etcd" && inside && inside->empty()) continue;
      names.push_back(name);
    }
    return names;
  }

  const std::string other_ = place_.file("other");
};

INSTANTIATE_TEST_SUITE_P(Ways, RestoreFault,
                         testing::Values(Way{.name = "File"}, Way{.name = "Stream", .stream = true},
                                         Way{.name = "OwnWal", .own_wal = true},
                                         Way{.name = "ExistingDirectory", .existing = true},
                                         Way{.name = "ExistingDirectoryAndOwnWal", .own_wal = true, .existing = true},
                                         Way{.name = "TwoTargets", .two_targets = true}),
                         [](const auto& way) { return way.param.name; });

TEST_P(RestoreFault, AtAnyCallIsReportedAndLeavesNothing) {
  constexpr FileCall kCalls[] = {
      FileCall::open,     FileCall::create,         FileCall::read,       FileCall::write, FileCall::truncate,
      FileCall::allocate, FileCall::sync,           FileCall::copy_range, FileCall::stat,  FileCall::make_directories,
      FileCall::rename,   FileCall::sync_directory, FileCall::free_bytes};
  int faults = 0;
  for (const FileCall call : kCalls) {
    for (int n = 1;; ++n) {
      prepare();
      FaultyFileSystem files(os::real_file_system());
      files.fail_call(call, n, Code::no_space);

      const auto report = run(files);

      if (!files.unreached_faults().empty()) {
        ASSERT_TRUE(report) << report.error().to_string();
        break;
      }
      ++faults;
      ASSERT_FALSE(report) << static_cast<int>(call) << " number " << n;
      ASSERT_THAT(report.error().to_string(), testing::HasSubstr("injected"));
      ASSERT_THAT(rest(), IsEmpty()) << report.error().to_string();
    }
  }
  EXPECT_GT(faults, 40);
}

TEST_P(RestoreFault, OfALaterRemovalOrListingDoesNoHarm) {
  for (const FileCall call : {FileCall::remove, FileCall::list}) {
    for (int n = 1; n <= 3; ++n) {
      prepare();
      FaultyFileSystem files(os::real_file_system());
      files.fail_call(call, n, Code::internal);

      const auto report = run(files);

      if (report) {
        ASSERT_TRUE(is_complete(target_));
      } else {
        ASSERT_TRUE(is_absent(target_));
      }
    }
  }
}

TEST_P(RestoreFault, ThatKillsItLeavesADirectoryThatIsCompleteOrAbsent) {
  int crashes = 0;
  for (int n = 0;; ++n) {
    prepare();
    FaultyFileSystem files(os::real_file_system());
    files.crash_after(n);

    const auto report = run(files);

    ASSERT_TRUE(is_complete(target_) || is_absent(target_)) << "after " << n << " changes";
    if (GetParam().two_targets) {
      ASSERT_TRUE(is_complete(other_) || is_absent(other_)) << "after " << n << " changes";
    }
    if (!files.crashed()) {
      ASSERT_TRUE(report);
      break;
    }
    ++crashes;
  }
  EXPECT_GT(crashes, 20);
}

TEST_P(RestoreFault, OfADiskThatFillsUpLeavesNothing) {
  // free_bytes() is asked before anything is written; the disk fills up behind its back.
  for (const std::uint64_t room : {1'000ULL, 20'000ULL, 100'000ULL, 63'000'000ULL}) {
    prepare();
    FaultyFileSystem files(os::real_file_system());
    options_.on_progress = [&](std::uint64_t, std::uint64_t) { files.limit_space(room); };

    const auto report = run(files);

    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::no_space) << report.error().to_string();
    EXPECT_THAT(rest(), IsEmpty());
  }
}

}  // namespace
}  // namespace holdfast::snapshot
