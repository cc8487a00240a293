#include "os/detached_launch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/errno_error.h"

namespace holdfast::os {
namespace {

// Where the child has them. Everything above is closed.
constexpr int kGate = 3;
constexpr int kFailure = 4;

constexpr int kAboveThose = 10;  // where the originals are, so that no dup2() hits one of them
constexpr int kNotBegun = 127;

// Everything the child needs, made before the fork: between fork and exec only calls that signal-safety(7) allows.
struct Plan {
  char* const* words = nullptr;
  char* const* environment = nullptr;
  int input = -1;
  int output = -1;
  int gate = -1;
  int failure = -1;
};

void set_default_signals() {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number)
    ::sigaction(number, &standard, nullptr);  // some cannot be changed, and need not be
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// The Go of older etcds does not do it by itself.
void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

bool gate_opens() {
  char word = 0;
  while (true) {
    const ssize_t count = ::read(kGate, &word, 1);
    if (count == 1) return true;
    if (count == 0 || errno != EINTR) return false;  // whoever started us is gone, or thought better of it
  }
}

[[noreturn]] void become(const Plan& plan) {
  ::setsid();
  set_default_signals();
  ::dup2(plan.input, STDIN_FILENO);
  ::dup2(plan.output, STDOUT_FILENO);
  ::dup2(plan.output, STDERR_FILENO);
  ::dup2(plan.gate, kGate);
  ::dup3(plan.failure, kFailure, O_CLOEXEC);
  ::close_range(kFailure + 1, ~0U, 0);
  if (!gate_opens()) ::_exit(kNotBegun);
  ::close(kGate);
  raise_open_files();
  if (::chdir("/") == 0) ::execve(plan.words[0], plan.words, plan.environment);
  const int error = errno;
  while (::write(kFailure, &error, sizeof error) < 0 && errno == EINTR) {
  }
  ::_exit(kNotBegun);
}

Result<OwnedFd> lifted(int fd, std::string_view what) {
  const OwnedFd original(fd);
  if (fd < 0) return errno_error("open", what);
  OwnedFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, kAboveThose));
  if (copy.get() < 0) return errno_error("open", what);
  return copy;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// No handler of ours may run in the child.
pid_t fork_without_signals(const Plan& plan) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) become(plan);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

void bury(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

struct Pair {
  OwnedFd ours;
  OwnedFd theirs;
};

// Sockets, because a write to a pipe that nobody reads any more is a signal.
Result<Pair> socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return errno_error("make", "a socket");
  Pair pair;
  pair.ours = OwnedFd(ends[0]);
  HF_ASSIGN(pair.theirs, lifted(ends[1], "a socket"));
  return pair;
}

// 0 when the program has begun: its copy of the socket was closed by that.
int failure_of(int fd) {
  int error = 0;
  ssize_t count = 0;
  do {
    count = ::read(fd, &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof error) ? error : 0;
}

}  // namespace

OwnedFd::OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

OwnedFd::~OwnedFd() {
  close();
}

void OwnedFd::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<pid_t> launch_detached(const DetachedProgram& program, const std::function<Status(pid_t)>& before) {
  std::vector<std::string> words = program.words;
  std::vector<std::string> environment;
  for (const auto& [name, value] : program.environment)
    environment.push_back(name + "=" + value);
  const std::vector<char*> word_pointers = pointers(words);
  const std::vector<char*> environment_pointers = pointers(environment);
  HF_ASSIGN(const OwnedFd input, lifted(::open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null"));
  HF_ASSIGN(const OwnedFd output,
            lifted(::open(program.output.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600), program.output));
  HF_ASSIGN(Pair gate, socket_pair());
  HF_ASSIGN(Pair failure, socket_pair());
  const pid_t pid = fork_without_signals({.words = word_pointers.data(),
                                          .environment = environment_pointers.data(),
                                          .input = input.get(),
                                          .output = output.get(),
                                          .gate = gate.theirs.get(),
                                          .failure = failure.theirs.get()});
  if (pid < 0) return errno_error("start", program.words.front());
  gate.theirs.close();
  failure.theirs.close();
  if (const Status ready = before(pid); !ready) {
    gate.ours.close();
    bury(pid);
    return tl::unexpected<Error>(ready.error());
  }
  static_cast<void>(::send(gate.ours.get(), "x", 1, MSG_NOSIGNAL));  // it may have been killed: then it has ended
  errno = failure_of(failure.ours.get());
  if (errno == 0) return pid;
  auto error = errno_error("run", program.words.front());
  bury(pid);
  return error;
}

}  // namespace holdfast::os
