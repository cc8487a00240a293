#include "integration/terminal_program.h"

#include <array>
#include <chrono>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::test {
namespace {

constexpr int kPauseMs = 100;
constexpr std::chrono::seconds kPatience{60};

[[noreturn]] void become(const std::vector<std::string>& arguments) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<char*> argv;
  for (const std::string& argument : arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

// The next piece of output; false when the program has closed its terminal.
bool read_more(int terminal, std::string& screen) {
  pollfd waiting{.fd = terminal, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, kPauseMs) <= 0) return true;
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(terminal, buffer.data(), buffer.size());
  if (count <= 0) return false;
  screen.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

void answer(int terminal, std::string& screen, const std::string& prompt, const std::vector<std::string>& answers) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  std::size_t looked_at = 0;
  std::size_t next = 0;
  while (read_more(terminal, screen) && std::chrono::steady_clock::now() < give_up) {
    const auto found = screen.find(prompt, looked_at);
    if (found == std::string::npos || next == answers.size()) continue;
    looked_at = found + prompt.size();
    const std::string line = answers[next++] + "\n";
    if (::write(terminal, line.data(), line.size()) != static_cast<ssize_t>(line.size())) return;
  }
}

int wait_or_kill(pid_t child) {
  int status = 0;
  bool ended = false;
  for (int i = 0; i < 100 && !ended; ++i) {
    ended = ::waitpid(child, &status, WNOHANG) == child;
    if (!ended) ::usleep(20'000);
  }
  if (!ended) {
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

TerminalResult run_on_terminal(const std::vector<std::string>& arguments, const std::string& prompt,
                               const std::vector<std::string>& answers) {
  TerminalResult result;
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child < 0) return result;
  if (child == 0) become(arguments);
  answer(terminal, result.screen, prompt, answers);
  ::close(terminal);  // hangs up: a program that still waits for an answer ends
  result.exit_code = wait_or_kill(child);
  return result;
}

}  // namespace holdfast::test
