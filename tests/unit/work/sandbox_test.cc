#include "work/container/sandbox.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::work {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Sandbox sandbox() {
  Sandbox sandbox;
  sandbox.words = {"/bin/sh", "-c", "true"};
  sandbox.variables = {{"SECRET_ACCESS_KEY", Secret("hunter2hunter2")}};
  sandbox.mounts = {{.from = "/spool/backup", .at = "/backup", .writable = true},
                    {.from = "/spool/ca", .at = "/etc/ca-bundle", .writable = false}};
  return sandbox;
}

std::vector<std::string> arguments(const os::Program& program) {
  std::vector<std::string> arguments;
  std::string_view text = program.more_input.reveal();
  while (!text.empty()) {
    const std::size_t end = text.find('\0');
    arguments.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return arguments;
}

bool in_a_row(const std::vector<std::string>& all, const std::vector<std::string>& some) {
  return std::search(all.begin(), all.end(), some.begin(), some.end()) != all.end();
}

TEST(Sandbox, VariablesAreNeitherWordsNorInTheEnvironment) {
  const auto program = sandboxed(sandbox());
  ASSERT_TRUE(program);
  EXPECT_THAT(program->words, Not(Contains(HasSubstr("hunter2"))));
  EXPECT_TRUE(program->variables.empty());
  EXPECT_TRUE(program->only_variables);
  EXPECT_TRUE(in_a_row(arguments(*program), {"--clearenv"}));
  EXPECT_TRUE(in_a_row(arguments(*program), {"--setenv", "SECRET_ACCESS_KEY", "hunter2hunter2"}));
}

TEST(Sandbox, OnlyItsOwnPlacesCanBeWritten) {
  const std::vector<std::string> all = arguments(*sandboxed(sandbox()));
  EXPECT_TRUE(in_a_row(all, {"--bind", "/spool/backup", "/backup"}));
  EXPECT_TRUE(in_a_row(all, {"--ro-bind", "/spool/ca", "/etc/ca-bundle"}));
  EXPECT_EQ(std::count(all.begin(), all.end(), "--bind"), 1);
  EXPECT_TRUE(in_a_row(all, {"--remount-ro", "/proc"}));
  EXPECT_TRUE(in_a_row(all, {"--remount-ro", "/dev"}));
  EXPECT_TRUE(in_a_row(all, {"--remount-ro", "/", "--chdir", "/"}));
}

TEST(Sandbox, EverythingInItDiesWithItAndHasNoRights) {
  const std::vector<std::string> all = arguments(*sandboxed(sandbox()));
  for (const char* each : {"--die-with-parent", "--unshare-pid", "--new-session"})
    EXPECT_THAT(all, Contains(each));
  EXPECT_TRUE(in_a_row(all, {"--cap-drop", "ALL"}));
  EXPECT_THAT(all, Not(Contains("--unshare-net"))) << "it must reach the bucket";
}

TEST(Sandbox, AZeroByteCannotBecomeAnArgument) {
  Sandbox bad = sandbox();
  bad.variables["X"] = Secret(std::string_view("a\0--bind\0/\0/\0", 13));
  EXPECT_EQ(sandboxed(bad).error().code, Code::usage);
  Sandbox word = sandbox();
  word.words.emplace_back("a\0b", 3);
  EXPECT_EQ(sandboxed(word).error().code, Code::usage);
}

TEST(Sandbox, WhatForbidsItIsSaid) {
  const Status status = check_sandbox(1,
                                      "bwrap: No permissions to create new namespace, likely because the kernel "
                                      "does not allow non-privileged user namespaces.\nsee more\n");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::refused);
  EXPECT_THAT(status.error().message, HasSubstr("this machine does not allow the sandbox: bwrap: No permissions"));
  EXPECT_THAT(status.error().hint, HasSubstr("user.max_user_namespaces"));
  EXPECT_EQ(check_sandbox(1, "bwrap: Can't chdir to /x: No such file or directory\n").error().code, Code::unsupported);
}

TEST(Sandbox, TheProgramsOwnFailuresAreItsOwn) {
  EXPECT_TRUE(check_sandbox(1, "ERROR: no bucket\n"));
  EXPECT_TRUE(check_sandbox(0, "bwrap: hello\n"));
  EXPECT_TRUE(check_sandbox(12, "bwrap: hello\n"));
}

TEST(Sandbox, WithoutBwrapTheHintNamesThePackage) {
  const Error error = explain_no_sandbox(fail(Code::not_found, "run bwrap: no such file").value());
  EXPECT_THAT(error.hint, HasSubstr("Debian package bubblewrap"));
}

}  // namespace
}  // namespace holdfast::work
