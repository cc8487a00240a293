#include "launcher/supervise/child/kept_process.h"

#include <gmock/gmock.h>

#include "unit/launcher/supervise/fake_detached.h"

#include "support/fake_clock.h"
#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

class Kept : public testing::Test {
 protected:
  Kept() { options_.data_dir = directory_.file("data"); }

  // As after the launcher's own end, however that came.
  Status open() {
    kept_.reset();
    auto opened = KeptProcess::open(options_, {files_, clock_, processes_});
    if (!opened) return tl::unexpected<Error>(opened.error());
    kept_ = std::move(*opened);
    return {};
  }
  void end_with(int exit_code) { processes_.last().end = {.exit_code = exit_code, .signal = {}}; }
  // Looks every tenth of a second, as the thread does. How long until it was started again.
  Duration until_restart() {
    const std::size_t before = processes_.count();
    for (Duration passed{}; passed < minutes(3); passed += milliseconds(100)) {
      kept_->look();
      if (processes_.count() != before) return passed;
      clock_.advance(milliseconds(100));
    }
    return Duration::max();
  }

  const EtcdCommand command_{.program = "/bin/etcd", .arguments = {"--name=m0"}, .environment = {{"A", "1"}}};
  test::TempDir directory_;
  os::FileSystem& files_ = os::real_file_system();
  test::FakeClock clock_;
  FakeDetached processes_;
  ChildOptions options_;
  std::unique_ptr<KeptProcess> kept_;
};

TEST_F(Kept, StartsWhatItIsTold) {
  ASSERT_TRUE(open());
  EXPECT_EQ(kept_->state().phase, Phase::stopped);

  ASSERT_TRUE(kept_->start(command_));

  EXPECT_EQ(processes_.last().program.words, (std::vector<std::string>{"/bin/etcd", "--name=m0"}));
  EXPECT_EQ(processes_.last().program.environment, command_.environment);
  EXPECT_EQ(processes_.last().program.output, directory_.file("data.log"));
  EXPECT_EQ(kept_->state().phase, Phase::running);
  EXPECT_EQ(kept_->state().since, clock_.now());
}

TEST_F(Kept, OneThatRunsIsNotStartedTwiceAndAnotherCommandCountsFromItsNextStart) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  EtcdCommand other = command_;
  other.arguments.push_back("--quota-backend-bytes=1");

  ASSERT_TRUE(kept_->start(other));

  EXPECT_EQ(processes_.count(), 1U);
  EXPECT_TRUE(kept_->state().other_command);
  end_with(1);
  until_restart();
  EXPECT_EQ(processes_.last().program.words.back(), "--quota-backend-bytes=1");
  EXPECT_FALSE(kept_->state().other_command);
}

TEST_F(Kept, OneThatEndsIsStartedAgainLaterAndLater) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  for (const int delay : {1, 2, 4, 8, 16, 32, 60, 60}) {
    end_with(2);
    EXPECT_EQ(until_restart(), seconds(delay));
  }
  EXPECT_EQ(kept_->state().restarts, 8U);
  EXPECT_EQ(kept_->state().last_exit->text, "exit code 2");

  clock_.advance(minutes(5));
  end_with(2);
  EXPECT_EQ(until_restart(), seconds(1)) << "after it ran for long";
}

TEST_F(Kept, BetweenItsEndAndItsStartItSaysWhen) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  end_with(2);
  kept_->look();

  const EtcdState state = kept_->state();

  EXPECT_EQ(state.phase, Phase::ended);
  EXPECT_EQ(state.next_start, seconds(1));
  EXPECT_EQ(state.last_exit->exit_code, 2);
  EXPECT_EQ(state.pid, std::nullopt);
}

TEST_F(Kept, OneThatWasStoppedStaysStoppedAlsoForTheNextLauncher) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  ASSERT_TRUE(kept_->release());
  EXPECT_EQ(until_restart(), Duration::max());
  EXPECT_EQ(kept_->state().phase, Phase::stopped);
  EXPECT_EQ(kept_->state().last_exit->text, "killed by signal 15 (SIGTERM)");

  ASSERT_TRUE(open());

  EXPECT_EQ(until_restart(), Duration::max());
  EXPECT_EQ(kept_->state().phase, Phase::stopped);
  EXPECT_EQ(processes_.last().signals.size(), 1U);
}

TEST_F(Kept, ALauncherThatDiesWhileItStopsLeavesItUnwanted) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  processes_.last().heeds_term = false;
  ASSERT_TRUE(kept_->release());

  ASSERT_TRUE(open());

  EXPECT_EQ(kept_->state().phase, Phase::running) << "it still ends";
  processes_.last().end.emplace();
  EXPECT_EQ(until_restart(), Duration::max());
}

TEST_F(Kept, TheNextLauncherTakesItOver) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  const EtcdState before = kept_->state();
  clock_.advance(minutes(6));

  ASSERT_TRUE(open());

  EXPECT_EQ(kept_->state().phase, Phase::running);
  EXPECT_EQ(kept_->state().pid, before.pid);
  EXPECT_EQ(kept_->state().since, before.since);
  processes_.last().end.emplace();
  EXPECT_EQ(until_restart(), seconds(1));
  EXPECT_THAT(kept_->state().last_exit->text, HasSubstr("how is not known"));
}

TEST_F(Kept, OneThatEndedMeanwhileIsStartedAtOnce) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  processes_.last().end.emplace();

  ASSERT_TRUE(open());

  EXPECT_EQ(kept_->state().phase, Phase::ended);
  EXPECT_EQ(until_restart(), seconds(0));
  EXPECT_EQ(processes_.last().program.words.back(), "--name=m0");
}

TEST_F(Kept, AProcessOfBeforeTheMachinesStartIsNobodys) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  kept_.reset();
  processes_.reboot();

  ASSERT_TRUE(open());

  EXPECT_EQ(until_restart(), seconds(0)) << "what was wanted is wanted";
  EXPECT_EQ(processes_.count(), 2U);
}

TEST_F(Kept, WhatCannotStartIsNotWanted) {
  ASSERT_TRUE(open());
  processes_.fail_next(Code::not_found);

  EXPECT_EQ(kept_->start(command_).error().code, Code::not_found);

  EXPECT_EQ(kept_->state().phase, Phase::stopped);
  EXPECT_EQ(until_restart(), Duration::max());
  ASSERT_TRUE(open());
  EXPECT_EQ(until_restart(), Duration::max());
}

TEST_F(Kept, ARestartThatFailsIsTriedAgain) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  end_with(1);
  processes_.fail_next(Code::refused);

  EXPECT_EQ(until_restart(), seconds(3)) << "after one second, and two more";
  EXPECT_THAT(kept_->state().last_exit->text, HasSubstr("injected"));
}

TEST_F(Kept, WhoeverMayForbidARestartIsAsked) {
  bool allowed = false;
  options_.may_restart = [&]() -> Status {
    if (allowed) return {};
    return fail(Code::refused, "the data directory is gone");
  };
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_)) << "a start that was asked for needs no leave";
  end_with(1);

  EXPECT_EQ(until_restart(), Duration::max());
  EXPECT_EQ(kept_->state().last_exit->text, "the data directory is gone");
  allowed = true;
  EXPECT_LE(until_restart(), seconds(60));
}

TEST_F(Kept, ADataDirectoryThatSomebodyElseUsesIsLeftAlone) {
  bool used = true;
  options_.in_use = [&] { return used; };
  ASSERT_TRUE(open());

  EXPECT_EQ(kept_->start(command_).error().code, Code::refused);
  EXPECT_EQ(processes_.count(), 0U);

  used = false;
  EXPECT_TRUE(kept_->start(command_));
}

TEST_F(Kept, ADamagedRecordIsAnErrorUnlessNothingRuns) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(kept_->start(command_));
  kept_.reset();
  const std::string path = directory_.file("data.process");
  ASSERT_TRUE(os::write_file_atomically(files_, path, as_bytes("{\"version\": 1, \"rec")));

  const Status unknown = open();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::corrupt);
  EXPECT_THAT(unknown.error().hint, HasSubstr("then remove the file"));

  options_.in_use = [] { return true; };
  EXPECT_EQ(open().error().code, Code::corrupt);

  options_.in_use = [] { return false; };
  ASSERT_TRUE(open());
  EXPECT_EQ(kept_->state().phase, Phase::stopped);
  EXPECT_TRUE(*files_.stat(path + ".damaged"));
}

TEST_F(Kept, ARecordOfANewerVersionIsNotSetAside) {
  const std::string path = directory_.file("data.process");
  ASSERT_TRUE(os::write_file_atomically(files_, path, as_bytes("{\"version\": 2}")));
  options_.in_use = [] { return false; };

  EXPECT_EQ(open().error().code, Code::unsupported);
  EXPECT_TRUE(*files_.stat(path));
}

TEST_F(Kept, OneLauncherForADirectoryWhateverItIsCalled) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(files_.make_directories(directory_.file("x")));
  for (const std::string& name : {directory_.file("data"), directory_.file("x/../data")}) {
    ChildOptions other;
    other.data_dir = name;
    const auto second = KeptProcess::open(other, {files_, clock_, processes_});
    ASSERT_FALSE(second) << name;
    EXPECT_EQ(second.error().code, Code::refused);
  }
  EXPECT_EQ(KeptProcess::open({.data_dir = "data"}, {files_, clock_, processes_}).error().code, Code::usage);
}

// The launcher dies at each of its changes to the disk, while it starts etcd and while it stops it: the next one knows
// the process that runs, if one does.
TEST_F(Kept, NoProcessIsEverLost) {
  for (int changes = 0;; ++changes) {
    test::TempDir directory;
    test::FaultyFileSystem dying(files_);
    FakeDetached processes;
    ChildOptions options;
    options.data_dir = directory.file("data");
    const auto live = [&](os::FileSystem& files, bool wanted) -> Status {
      HF_ASSIGN(const auto kept, KeptProcess::open(options, {files, clock_, processes}));
      return wanted ? kept->start(command_) : kept->release();
    };
    dying.crash_after(changes);
    // The hold is not the faulty file system's affair.
    struct Holding final : os::FileSystem {
      Holding(os::FileSystem& real, os::FileSystem& faulty) : real_(real), faulty_(faulty) {}
      Result<std::unique_ptr<os::File>> open(const std::string& p, os::OpenMode m, unsigned r) override {
        return faulty_.open(p, m, r);
      }
      Result<std::unique_ptr<os::File>> open_held(const std::string& p) override { return real_.open_held(p); }
      Result<std::optional<os::FileInfo>> stat(const std::string& p) override { return faulty_.stat(p); }
      Result<std::vector<std::string>> list(const std::string& p) override { return faulty_.list(p); }
      Status make_directories(const std::string& p, unsigned r) override { return faulty_.make_directories(p, r); }
      Status rename(const std::string& a, const std::string& b, bool r) override { return faulty_.rename(a, b, r); }
      Status remove(const std::string& p) override { return faulty_.remove(p); }
      Status sync_directory(const std::string& p) override { return faulty_.sync_directory(p); }
      Result<std::uint64_t> free_bytes(const std::string& p) override { return faulty_.free_bytes(p); }
      os::FileSystem& real_;
      os::FileSystem& faulty_;
    } files(files_, dying);
    const Status started = live(files, true);
    const Status released = started ? live(files, false) : started;

    const auto next = KeptProcess::open(options, {files_, clock_, processes});
    ASSERT_TRUE(next) << next.error().to_string();
    const bool runs = processes.count() != 0 && !processes.last().end;
    EXPECT_EQ((*next)->runs(), runs) << "after " << changes << " changes";
    if (released) {
      EXPECT_EQ((*next)->state().phase, Phase::stopped);
      EXPECT_GT(changes, 4);
      return;
    }
  }
}

}  // namespace
}  // namespace holdfast::launcher
