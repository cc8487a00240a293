// The sandbox with the real bwrap: what a program in it sees, may do, and leaves.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "work/container/sandbox.h"

#include "base/bytes.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SandboxRun : public testing::Test {
 protected:
  void SetUp() override {
    const Outcome trial = run("true");
    ASSERT_EQ(trial.code, 0) << "no sandbox can be made here, so nothing about it can be tested: " << trial.output;
  }

  struct Outcome {
    int code = -1;
    std::string output;
    Error error;
  };

  Outcome run(const std::string& script, Duration limit = std::chrono::seconds(60), const std::stop_token& stop = {}) {
    Sandbox sandbox;
    sandbox.words = {"/bin/sh", "-c", script};
    sandbox.variables = {{"TOKEN", Secret(token_)}};
    sandbox.mounts = {{.from = backup_.path(), .at = "/backup", .writable = true},
                      {.from = ca_.path(), .at = "/etc/ca-bundle", .writable = false}};
    sandbox.file_limit = kMiB;
    sandbox.time_limit = limit;
    Outcome outcome;
    os::Program program = sandboxed(sandbox).value();
    program.on_output = [&](std::string_view piece) { outcome.output += piece; };
    auto ran = os::real_processes().run(program, stop);
    if (ran) {
      outcome.code = ran->exit_code;
    } else {
      outcome.error = ran.error();
    }
    return outcome;
  }

  const std::string token_ = fmt::format("token-{:016x}", os::real_random().next());
  test::TempDir backup_;
  test::TempDir ca_;
};

std::vector<std::string> names_in(const std::string& directory) {
  return os::real_file_system().list(directory).value();
}

// Ids of processes whose command line holds the text, other than by being read.
std::vector<std::string> processes_with(std::string_view text) {
  std::vector<std::string> found;
  os::FileSystem& files = os::real_file_system();
  for (const std::string& each : names_in("/proc")) {
    if (each.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto line = os::read_file(files, "/proc/" + each + "/cmdline", kMiB);
    if (line && as_text(*line).find(text) != std::string_view::npos) found.push_back(each);
  }
  return found;
}

TEST_F(SandboxRun, TheEnvironmentIsItsOwn) {
  EXPECT_EQ(
      run("env | sort").output,
      "HOME=/tmp\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nPWD=/\nTOKEN=" + token_ + "\n");
}

TEST_F(SandboxRun, OnlyItsOwnPlacesCanBeWritten) {
  EXPECT_EQ(run("for f in / /usr /etc /etc/ca-bundle /opt /dev /proc /bin; do "
                "if touch $f/holdfast-was-here 2>/dev/null; then echo wrote $f; fi; done; "
                "for f in /backup /tmp /dev/shm; do touch $f/x || echo cannot write $f; done; "
                "echo x > /dev/null; echo \"$(cat /proc/sys/kernel/core_pattern)\" 2>/dev/null "
                "> /proc/sys/kernel/core_pattern && echo wrote a setting of the kernel; exit 0")
                .output.find("wrote"),
            std::string::npos);
  EXPECT_THAT(os::real_file_system().list(backup_.path()).value(), ElementsAre("x"));
  EXPECT_THAT(os::real_file_system().list(ca_.path()).value(), IsEmpty());
}

TEST_F(SandboxRun, NothingElseOfTheMachineIsSeen) {
  test::TempDir secret;
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), secret.file("key"), as_bytes("x")));
  EXPECT_EQ(run("cat " + secret.file("key")).code, 1);
  EXPECT_EQ(run("for f in /root /home /var /run /srv /mnt /etc/shadow /etc/ssl/private /sys; do "
                "[ -e $f ] && echo $f; done; exit 0")
                .output,
            "");
  EXPECT_EQ(run("set -- /proc/[0-9]*; echo $#").output, "2\n") << "bwrap and the shell";
}

TEST_F(SandboxRun, ItHasNoRightsAndGetsNone) {
  EXPECT_EQ(run("grep -E '^(CapPrm|CapEff|CapBnd|NoNewPrivs)' /proc/self/status | tr -d '\\t'").output,
            "CapPrm:0000000000000000\nCapEff:0000000000000000\nCapBnd:0000000000000000\nNoNewPrivs:1\n");
}

TEST_F(SandboxRun, LimitsHold) {
  EXPECT_EQ(run("ulimit -c").output, "0\n");
  EXPECT_NE(run("head -c 2000000 /dev/zero > /backup/large").code, 0);
  EXPECT_LE((*os::real_file_system().stat(backup_.file("large")))->size, kMiB);
}

TEST_F(SandboxRun, NoVariableIsInTheProcessListOutside) {
  std::vector<std::string> holders;
  std::size_t seen = 0;
  std::jthread looking([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      seen += processes_with("a-mark-that-is-no-secret").size();
      for (std::string& each : processes_with(token_))
        holders.push_back(std::move(each));
    }
  });
  EXPECT_EQ(run("sleep 1; : a-mark-that-is-no-secret; echo done").output, "done\n");
  looking = {};
  EXPECT_GT(seen, 0U) << "it was looked at while it ran";
  EXPECT_THAT(holders, IsEmpty());
}

TEST_F(SandboxRun, WhatItStartedInTheBackgroundDiesWithIt) {
  const std::string mark = fmt::format("{}.5", 1'000'000 + os::real_random().next() % 1'000'000);
  EXPECT_EQ(run("setsid sleep " + mark + " & setsid nohup sleep " + mark + " >/dev/null 2>&1 & exit 0").code, 0);
  for (int i = 0; i < 200 && !processes_with(mark).empty(); ++i)
    os::real_clock().sleep_for(std::chrono::milliseconds(20), {});
  EXPECT_THAT(processes_with(mark), IsEmpty());
}

TEST_F(SandboxRun, WhenItsTimeIsUpNothingOfItRuns) {
  const std::string mark = fmt::format("{}.5", 2'000'000 + os::real_random().next() % 1'000'000);
  const Outcome outcome = run("echo begun; setsid sleep " + mark + " & sleep " + mark, std::chrono::milliseconds(1500));
  EXPECT_EQ(outcome.error.code, Code::timeout);
  EXPECT_EQ(outcome.output, "begun\n");
  for (int i = 0; i < 200 && !processes_with(mark).empty(); ++i)
    os::real_clock().sleep_for(std::chrono::milliseconds(20), {});
  EXPECT_THAT(processes_with(mark), IsEmpty());
}

TEST_F(SandboxRun, AProgramThatIsNotThereIsSaid) {
  Sandbox sandbox;
  sandbox.words = {"no-such-program"};
  os::Program program = sandboxed(sandbox).value();
  std::string output;
  program.on_output = [&](std::string_view piece) { output += piece; };
  const auto outcome = os::real_processes().run(program, {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 127);
  EXPECT_THAT(output, HasSubstr("no-such-program"));
}

TEST_F(SandboxRun, ADirectoryThatIsNotThereIsTheSandboxesFailure) {
  Sandbox sandbox;
  sandbox.words = {"true"};
  sandbox.directory = "/nowhere";
  os::Program program = sandboxed(sandbox).value();
  std::string output;
  program.on_output = [&](std::string_view piece) { output += piece; };
  const auto outcome = os::real_processes().run(program, {});
  ASSERT_TRUE(outcome);
  const Status status = check_sandbox(outcome->exit_code, output);
  ASSERT_FALSE(status) << output;
  EXPECT_THAT(status.error().message, HasSubstr("/nowhere"));
}

TEST_F(SandboxRun, WhereUserNamespacesAreForbiddenTheHintSaysWhatToAllow) {
  // In a user namespace of its own whose limit for further ones is 0, and without root's rights.
  os::Program program = sandboxed({.words = {"true"}, .variables = {}, .mounts = {}}).value();
  std::vector<std::string> words{"unshare",
                                 "--user",
                                 "--map-root-user",
                                 "sh",
                                 "-c",
                                 "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "
                                 "--inh-caps=-all --securebits=+noroot \"$@\"",
                                 "sh"};
  words.insert(words.end(), program.words.begin(), program.words.end());
  program.words = words;
  program.only_variables = false;
  std::string output;
  program.on_output = [&](std::string_view piece) { output += piece; };
  const auto outcome = os::real_processes().run(program, {});
  ASSERT_TRUE(outcome);
  const Status status = check_sandbox(outcome->exit_code, output);
  ASSERT_FALSE(status) << outcome->exit_code << ": " << output;
  EXPECT_EQ(status.error().code, Code::refused) << output;
  EXPECT_THAT(status.error().hint, HasSubstr("user.max_user_namespaces"));
}

}  // namespace
}  // namespace holdfast::work
