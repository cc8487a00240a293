#include "cli/interrupts.h"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file_system.h"

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

TEST(InterruptsTest, a_signal_that_was_ignored_from_the_start_stays_ignored) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGHUP, SIG_IGN);  // as nohup does
    const Interrupts interrupts;
    kill(getpid(), SIGHUP);
    usleep(200'000);
    _exit(interrupts.token().stop_requested() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(InterruptsTest, the_second_signal_ends_the_process) {
  EXPECT_EQ(exit_code_with(SIGINT, SIGINT), 128 + SIGINT);
}

TEST(InterruptsTest, a_limit_of_file_sizes_is_an_error_of_the_write) {
  const pid_t child = fork();
  if (child == 0) {
    const Interrupts interrupts;
    const rlimit limit{.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto file = os::real_file_system().open_anonymous("/tmp");
    const Status written = (*file)->write_at(0, Bytes(10'000));
    _exit(!written && written.error().code == Code::no_space && !written.error().hint.empty() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(InterruptsTest, without_a_signal_nothing_happens_and_it_ends_at_once) {
  const Interrupts interrupts;
  EXPECT_FALSE(interrupts.token().stop_requested());
  EXPECT_EQ(interrupts.signal(), 0);
}

}  // namespace
}  // namespace holdfast::cli
