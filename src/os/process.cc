#include "os/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <memory>

#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/child_pipe.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/errno_error.h"

namespace holdfast::os {
namespace {

constexpr std::size_t kErrorsLimit = 4096;  // bytes
constexpr int kTick = 50;                   // milliseconds between two looks at the child, the clock and the stop token

// What the child reads, as a file in memory: nobody has to wait for the child to take it.
class InputFile {
 public:
  InputFile() = default;
  ~InputFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  Status open(std::string_view text) {
    fd_ = ::memfd_create("holdfast-input", MFD_CLOEXEC);
    if (fd_ < 0) return errno_error("make", "a file in memory");
    while (!text.empty()) {
      const ssize_t count = ::write(fd_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return errno_error("write", "a file in memory");
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::lseek(fd_, 0, SEEK_SET) != 0) return errno_error("rewind", "a file in memory");
    return {};
  }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

// The structures posix_spawn wants, freed in the end.
class SpawnPlan {
 public:
  // The child's descriptors from 0 on; all others are closed.
  explicit SpawnPlan(std::initializer_list<int> fds) {
    ::posix_spawn_file_actions_init(&actions_);
    int place = 0;
    for (const int fd : fds)
      if (fd >= 0) ::posix_spawn_file_actions_adddup2(&actions_, fd, place++);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, place);
    sigset_t signals;
    ::posix_spawnattr_init(&attributes_);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // 0, or the number of the error.
  int start(pid_t& pid, char* const* words, char* const* environment) const {
    return ::posix_spawnp(&pid, words[0], &actions_, &attributes_, words, environment);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_of(const Program& program) {
  const std::map<std::string, std::string>& variables = program.variables;
  std::vector<std::string> entries;
  for (const auto& [name, value] : variables)
    entries.push_back(name + "=" + value);
  if (program.only_variables) return entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!variables.contains(std::string(text.substr(0, text.find('='))))) entries.emplace_back(text);
  }
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// A child that runs; killed with its group unless it has ended.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // True once it has ended; then exit_code() says how.
  Result<bool> ended() {
    int status = 0;
    const pid_t found = ::waitpid(pid_, &status, WNOHANG);
    if (found == 0 || (found < 0 && errno == EINTR)) return false;
    if (found < 0) return errno_error("wait for", "a program");
    pid_ = -1;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  }
  int exit_code() const { return exit_code_; }

 private:
  pid_t pid_;
  int exit_code_ = 0;
};

void wait_for_output(const ChildPipe& output, const ChildPipe& errors) {
  std::array<pollfd, 2> fds{
      {{.fd = output.fd(), .events = POLLIN, .revents = 0}, {.fd = errors.fd(), .events = POLLIN, .revents = 0}}};
  ::poll(fds.data(), fds.size(), kTick);
}

// As SpawnPlan, but with the standard streams and the process group as they are.
class ForegroundPlan {
 public:
  ForegroundPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t signals;
    ::posix_spawnattr_init(&attributes_);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~ForegroundPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  ForegroundPlan(const ForegroundPlan&) = delete;
  ForegroundPlan& operator=(const ForegroundPlan&) = delete;

  // 0, or the number of the error.
  int start(pid_t& pid, char* const* words) const {
    return ::posix_spawnp(&pid, words[0], &actions_, &attributes_, words, environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

class RealProcesses final : public Processes {
 public:
  Result<int> run_in_foreground(const std::vector<std::string>& given) override {
    if (given.empty() || given.front().empty()) return fail(Code::usage, "no program to run");
    std::vector<std::string> words = given;
    pid_t pid = -1;
    errno = ForegroundPlan().start(pid, pointers(words).data());
    if (errno != 0) return errno_error("run", words.front());
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
      if (errno != EINTR) return errno_error("wait for", words.front());
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  Result<ProgramOutcome> run(const Program& program, const std::stop_token& stop) override {
    if (program.words.empty() || program.words.front().empty()) return fail(Code::usage, "no program to run");
    ChildPipe output(program.output_limit, program.on_output);
    ChildPipe errors(kErrorsLimit);
    InputFile input;
    InputFile more_input;
    HF_TRY(output.open());
    HF_TRY(errors.open());
    HF_TRY(input.open(program.input.reveal()));
    if (!program.more_input.empty()) HF_TRY(more_input.open(program.more_input.reveal()));
    const int errors_end = program.on_output ? output.child_end() : errors.child_end();
    const SpawnPlan plan{input.fd(), output.child_end(), errors_end, more_input.fd()};
    HF_ASSIGN(const pid_t pid, start(program, plan));
    Child child(pid);
    output.close_child_end();
    errors.close_child_end();
    HF_TRY(follow(child, program, output, errors, stop));
    return ProgramOutcome{
        .exit_code = child.exit_code(), .output = Secret(output.text()), .errors = std::string(errors.text())};
  }

 private:
  static Result<pid_t> start(const Program& program, const SpawnPlan& plan) {
    std::vector<std::string> words = program.words;
    std::vector<std::string> environment = environment_of(program);
    pid_t pid = -1;
    errno = plan.start(pid, pointers(words).data(), pointers(environment).data());
    if (errno != 0) return errno_error("run", program.words.front());
    return pid;
  }

  static Status follow(Child& child, const Program& program, ChildPipe& output, ChildPipe& errors,
                       const std::stop_token& stop) {
    const std::string& name = program.words.front();
    const SteadyTime end = real_clock().steady() + program.time_limit;
    for (bool ended = false; !ended;) {
      wait_for_output(output, errors);
      HF_ASSIGN(ended, child.ended());
      output.drain();  // after the look: what it wrote before it ended is there now
      errors.drain();
      if (output.overflowed()) {
        return fail(Code::no_space, "{} wrote more than {} bytes", name, program.output_limit);
      }
      if (ended) break;
      if (program.on_output) program.on_output({});
      if (stop.stop_requested()) return fail(Code::cancelled, "stopped while {} was running", name);
      if (real_clock().steady() >= end) {
        return fail(Code::timeout, "{} did not end within {}", name, format_duration(program.time_limit));
      }
    }
    return {};
  }
};

}  // namespace

Result<int> Processes::run_in_foreground(const std::vector<std::string>& words) {
  return fail(Code::unsupported, "{} cannot be run here", words.empty() ? "nothing" : words.front());
}

Processes& real_processes() {
  static RealProcesses processes;
  return processes;
}

}  // namespace holdfast::os
