#include "cli/terminal_prompter.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

constexpr std::size_t kMaxLine = 64 * 1024;

// What is typed is not shown while this lives.
class WithoutEcho {
 public:
  explicit WithoutEcho(int terminal) : terminal_(terminal) {
    active_ = tcgetattr(terminal_, &before_) == 0;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    if (active_) tcsetattr(terminal_, TCSAFLUSH, &quiet);
  }
  ~WithoutEcho() {
    if (active_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool active_ = false;
};

}  // namespace

TerminalPrompter::TerminalPrompter(std::stop_token stop)
    : stop_(std::move(stop)), terminal_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {}

TerminalPrompter::~TerminalPrompter() {
  if (terminal_ >= 0) close(terminal_);
}

bool TerminalPrompter::possible() {
  return terminal_ >= 0;
}

Result<Secret> TerminalPrompter::ask_secret(const std::string& question) {
  const WithoutEcho quiet(terminal_);
  HF_ASSIGN(std::string line, read_line(question));
  Secret secret(line);
  std::ranges::fill(line, '\0');
  return secret;
}

Result<std::string> TerminalPrompter::ask(const std::string& question) {
  return read_line(question);
}

Result<std::string> TerminalPrompter::read_line(const std::string& question) {
  if (write(terminal_, question.data(), question.size()) < 0) return fail(Code::cancelled, "the terminal is gone");
  std::string line;
  while (line.size() < kMaxLine) {
    // The terminal is looked at now and then only, because the signals that end a wait go to another thread.
    pollfd waiting{.fd = terminal_, .events = POLLIN, .revents = 0};
    const int ready = poll(&waiting, 1, 100);
    if (stop_.stop_requested()) return fail(Code::cancelled, "interrupted");
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    char c = 0;
    const ssize_t got = read(terminal_, &c, 1);
    if (got <= 0) return fail(Code::cancelled, "the input ended");
    if (c == '\n') return line;
    line += c;
  }
  return fail(Code::usage, "the line is longer than {} bytes", kMaxLine);
}

}  // namespace holdfast::cli
