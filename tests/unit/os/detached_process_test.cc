#include "os/detached_process.h"

#include <csignal>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file_system.h"
#include "support/child_process.h"
#include "support/temp_dir.h"

namespace holdfast::os {
namespace {

using ::testing::HasSubstr;

class Detached : public testing::Test {
 protected:
  DetachedProgram shell(const std::string& script) const {
    return {.words = {"/bin/sh", "-c", script}, .environment = {{"A", "b"}}, .output = directory_.file("output")};
  }
  Result<std::unique_ptr<DetachedProcess>> start(const DetachedProgram& program) {
    auto process = processes_.start(program, [this](const ProcessIdentity& identity) {
      recorded_ = identity;
      return Status();
    });
    return process;
  }
  std::string output() const {
    const auto bytes = read_file(real_file_system(), directory_.file("output"), kMiB);
    return bytes ? std::string(as_text(*bytes)) : "";
  }
  static ProcessEnd wait(DetachedProcess& process) {
    while (true) {
      const auto end = process.ended();
      EXPECT_TRUE(end) << end.error().to_string();
      if (!end || *end) return end ? **end : ProcessEnd{};
      real_clock().sleep_for(std::chrono::milliseconds(2), {});
    }
  }

  DetachedProcesses& processes_ = real_detached_processes();
  test::TempDir directory_;
  ProcessIdentity recorded_;
};

TEST_F(Detached, OutputIsAppendedAndTheExitCodeIsKnown) {
  for (const char* script : {"echo out; exit 7", "echo err >&2; exit 0"}) {
    auto process = start(shell(script));
    ASSERT_TRUE(process) << process.error().to_string();
    const ProcessEnd end = wait(**process);
    EXPECT_FALSE(end.signal);
    EXPECT_EQ(end.exit_code, script == std::string("echo out; exit 7") ? 7 : 0);
  }
  EXPECT_EQ(output(), "out\nerr\n");
}

TEST_F(Detached, HasASessionOfItsOwnAndNothingOfOurs) {
  auto process = start(shell("ps -o sid= -p $$ | tr -d ' '; pwd; ls /proc/self/fd | tr '\\n' ' '; env | sort"));
  ASSERT_TRUE(process) << process.error().to_string();
  wait(**process);

  const std::string own = fmt::format("{}\n/\n0 1 2 3 ", (*process)->identity().pid);  // 3: what ls reads
  EXPECT_EQ(output().substr(0, own.size()), own);
  EXPECT_EQ(output().find("HOME="), std::string::npos);
  EXPECT_THAT(output(), HasSubstr("A=b\n"));
}

TEST_F(Detached, IsRecordedBeforeItBegins) {
  const auto process =
      processes_.start(shell("echo begun"), [](const ProcessIdentity&) { return fail(Code::no_space, "no room"); });

  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code, Code::no_space);
  EXPECT_EQ(output(), "");
}

TEST_F(Detached, SignalsReachItAndAreTold) {
  for (const auto& [signal, number] :
       {std::pair(ProcessSignal::terminate, SIGTERM), std::pair(ProcessSignal::kill, SIGKILL)}) {
    auto process = start(shell("exec sleep 600"));
    ASSERT_TRUE(process);
    EXPECT_FALSE(*(*process)->ended());

    ASSERT_TRUE((*process)->signal(signal));

    EXPECT_EQ(wait(**process).signal, number);
    EXPECT_TRUE((*process)->signal(signal)) << "one that has ended takes signals as well";
  }
}

TEST_F(Detached, IgnoredSignalsAreNotInherited) {
  const auto before = ::signal(SIGTERM, SIG_IGN);
  auto process = start(shell("exec sleep 600"));
  ::signal(SIGTERM, before);
  ASSERT_TRUE(process);

  ASSERT_TRUE((*process)->signal(ProcessSignal::terminate));

  EXPECT_EQ(wait(**process).signal, SIGTERM);
}

TEST_F(Detached, IsFoundByItsIdentity) {
  auto process = start(shell("exec sleep 600"));
  ASSERT_TRUE(process);
  EXPECT_EQ(recorded_, (*process)->identity());
  process->reset();

  auto found = processes_.find(recorded_);

  ASSERT_TRUE(found) << found.error().to_string();
  ASSERT_NE(*found, nullptr);
  EXPECT_FALSE(*(*found)->ended());
  ASSERT_TRUE((*found)->signal(ProcessSignal::kill));
  EXPECT_EQ(wait(**found).signal, SIGKILL);
  found->reset();
  EXPECT_EQ(processes_.find(recorded_)->get(), nullptr) << "it is buried now";
}

TEST_F(Detached, WhoseChildItIsDoesNotMatter) {
  auto stranger = test::ChildProcess::start(
      {.arguments = {"/bin/sh", "-c", "sleep 600 & echo $! > " + directory_.file("pid") + "; wait"}});
  ASSERT_TRUE(stranger);
  ProcessIdentity identity = start(shell("exit 0")).value()->identity();  // for the boot id
  std::string text;
  while (text.empty() || text.back() != '\n') {
    const auto bytes = read_file(real_file_system(), directory_.file("pid"), 100);
    text = bytes ? std::string(as_text(*bytes)) : "";
  }
  identity.pid = std::stoi(text);
  const auto stat = read_file(real_file_system(), fmt::format("/proc/{}/stat", identity.pid), 4096);
  std::string_view fields = as_text(*stat);
  for (int field = 1; field < 22; ++field)
    fields.remove_prefix(fields.find(' ') + 1);
  identity.start_ticks = std::stoull(std::string(fields));

  auto found = processes_.find(identity);

  ASSERT_TRUE(found && *found);
  EXPECT_FALSE(*(*found)->ended());
  ASSERT_TRUE((*found)->signal(ProcessSignal::kill));
  const ProcessEnd end = wait(**found);
  EXPECT_FALSE(end.signal || end.exit_code) << "only its parent is told";
}

TEST_F(Detached, AnotherProcessWithTheSameNumberIsNotFound) {
  auto process = start(shell("exec sleep 600"));
  ASSERT_TRUE(process);
  ProcessIdentity before = recorded_;
  before.start_ticks -= 1;
  ProcessIdentity other_boot = recorded_;
  other_boot.boot_id = "c0ffee";

  EXPECT_EQ(processes_.find(before)->get(), nullptr);
  EXPECT_EQ(processes_.find(other_boot)->get(), nullptr);
  EXPECT_EQ(processes_.find({.pid = 0, .start_ticks = 0, .boot_id = recorded_.boot_id})->get(), nullptr);

  ASSERT_TRUE((*process)->signal(ProcessSignal::kill));
  wait(**process);
}

TEST_F(Detached, WhatIsNotThereAndWhatMayNotRunAreTold) {
  const std::string data = directory_.file("data");
  ASSERT_TRUE(write_file_atomically(real_file_system(), data, as_bytes("x")));
  const auto code = [&](std::vector<std::string> words, const std::string& log) {
    return start({.words = std::move(words), .output = log}).error().code;
  };

  EXPECT_EQ(code({"/no/such/program"}, directory_.file("output")), Code::not_found);
  EXPECT_EQ(code({data}, directory_.file("output")), Code::refused);
  EXPECT_EQ(code({"/bin/true"}, "/no/such/directory/log"), Code::not_found);
  EXPECT_EQ(code({"true"}, directory_.file("output")), Code::usage);
  EXPECT_EQ(code({}, directory_.file("output")), Code::usage);
}

}  // namespace
}  // namespace holdfast::os
