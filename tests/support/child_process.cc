#include "support/child_process.h"

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::test {
namespace {

// The kernel sends the parent-death signal when the *thread* that forked ends, so every child is forked by one thread
// that lives as long as the test program, whatever thread asks for it.
class ForkThread {
 public:
  static pid_t run(const std::function<pid_t()>& fork_call) {
    static ForkThread thread;
    return thread.submit(fork_call);
  }

 private:
  ForkThread() : worker_([this](const std::stop_token& stop) { serve(stop); }) {}

  pid_t submit(const std::function<pid_t()>& fork_call) {
    const std::lock_guard one_caller(callers_);
    std::unique_lock lock(mutex_);
    request_ = &fork_call;
    changed_.notify_all();
    changed_.wait(lock, [this] { return request_ == nullptr; });
    return result_;
  }

  void serve(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return request_ != nullptr; })) {
      result_ = (*request_)();
      request_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex callers_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  const std::function<pid_t()>* request_ = nullptr;
  pid_t result_ = -1;
  std::jthread worker_;
};

std::vector<std::string> environment_with(const std::vector<std::string>& extra) {
  std::map<std::string, std::string> merged;
  const auto add = [&](const std::string& entry) { merged[entry.substr(0, entry.find('='))] = entry; };
  for (char** entry = environ; *entry != nullptr; ++entry)
    add(*entry);
  for (const std::string& entry : extra)
    add(entry);
  std::vector<std::string> entries;
  for (auto& [name, entry] : merged)
    entries.push_back(std::move(entry));
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// In the child, between fork and exec: only calls that are safe there.
[[noreturn]] void become(char** arguments, char** environment, const int (&fds)[3], pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int i = 0; i < 3; ++i) {
    if (fds[i] < 0) continue;
    ::dup2(fds[i], i);
  }
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execvpe(arguments[0], arguments, environment);
  const char* reason = std::strerror(errno);
  for (const char* text : {"cannot run ", static_cast<const char*>(arguments[0]), ": ", reason, "\n"}) {
    if (::write(2, text, std::strlen(text)) < 0) break;
  }
  ::_exit(127);
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const ChildOptions& options) {
  if (options.arguments.empty()) return fail(Code::usage, "no program to run");
  std::vector<std::string> arguments = options.arguments;
  std::vector<std::string> environment = environment_with(options.extra_environment);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);
  const int null_fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const auto given = [null_fd](int fd) { return fd < 0 ? null_fd : fd; };
  const int fds[3] = {given(options.stdin_fd), given(options.stdout_fd), given(options.stderr_fd)};
  const pid_t parent = ::getpid();
  const pid_t pid = ForkThread::run([&] {
    const pid_t child = ::fork();
    if (child == 0)
      become(const_cast<char**>(argument_pointers.data()), const_cast<char**>(environment_pointers.data()), fds,
             parent);
    return child;
  });
  ::close(null_fd);
  if (pid < 0) return fail(Code::internal, "cannot start {}", options.arguments.front());
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    signal(SIGKILL);
    wait();
    pid_ = std::exchange(other.pid_, -1);
    exit_code_ = other.exit_code_;
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  signal(SIGKILL);
  wait();
}

bool ChildProcess::running() {
  int status = 0;
  if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) ended(status);
  return pid_ > 0;
}

void ChildProcess::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

int ChildProcess::wait() {
  int status = 0;
  while (pid_ > 0) {
    if (::waitpid(pid_, &status, 0) == pid_) {
      ended(status);
    } else if (errno != EINTR) {
      pid_ = -1;
    }
  }
  return exit_code_;
}

void ChildProcess::ended(int status) {
  pid_ = -1;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace holdfast::test
