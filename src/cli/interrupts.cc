#include "cli/interrupts.h"

#include <csignal>

#include <unistd.h>

namespace holdfast::cli {
namespace {

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
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
