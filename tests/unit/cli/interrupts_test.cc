#include "cli/interrupts.h"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

// Each runs in a process of its own: signals are for the whole process.
int exit_code_with(int first, int second) {
  const pid_t child = fork();
  if (child == 0) {
    const Interrupts interrupts;
    kill(getpid(), first);
    while (!interrupts.token().stop_requested())
      usleep(1000);
    if (second != 0) {
      kill(getpid(), second);
      usleep(2'000'000);
    }
    _exit(interrupts.signal());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(InterruptsTest, the_first_signal_requests_a_stop_and_is_remembered) {
  EXPECT_EQ(exit_code_with(SIGINT, 0), SIGINT);
  EXPECT_EQ(exit_code_with(SIGTERM, 0), SIGTERM);
  EXPECT_EQ(exit_code_with(SIGHUP, 0), SIGHUP);
}

TEST(InterruptsTest, the_second_signal_ends_the_process) {
  EXPECT_EQ(exit_code_with(SIGINT, SIGINT), 128 + SIGINT);
}

TEST(InterruptsTest, without_a_signal_nothing_happens_and_it_ends_at_once) {
  const Interrupts interrupts;
  EXPECT_FALSE(interrupts.token().stop_requested());
  EXPECT_EQ(interrupts.signal(), 0);
}

}  // namespace
}  // namespace holdfast::cli
