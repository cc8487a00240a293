#include "cli/interrupts.h"

#include <csignal>

#include <unistd.h>

namespace holdfast::cli {
namespace {

// Whoever starts us with a signal ignored (nohup, a shell's trap) wants it so. Nobody changes that while we run.
bool is_ignored(int signal) {
  struct sigaction action{};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// SIGTERM among them in any case: the end of the thread is told by it.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  for (const int signal : {SIGINT, SIGHUP}) {
    if (!is_ignored(signal)) sigaddset(&signals, signal);
  }
  return signals;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is then an error of the write
  thread_ = std::jthread([this](const std::stop_token& ending) { wait(ending); });
}

Interrupts::~Interrupts() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), SIGTERM);  // to this one thread, which waits for it
  thread_.join();
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  std::signal(SIGXFSZ, SIG_DFL);
}

void Interrupts::wait(const std::stop_token& ending) {
  const sigset_t signals = ending_signals();
  while (true) {
    const int got = sigwaitinfo(&signals, nullptr);
    if (ending.stop_requested()) return;
    if (got <= 0) continue;
    if (signal_ != 0) _exit(128 + got);
    signal_ = got;
    stop_.request_stop();
  }
}

}  // namespace holdfast::cli
