#include "os/detached_process.h"

#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/detached_launch.h"
#include "os/errno_error.h"
#include "os/file_system.h"
#include "os/process_usage.h"

namespace holdfast::os {
namespace {

constexpr std::size_t kMostOfStat = 4096;  // bytes; a line of about 50 short numbers

Result<std::string> boot_id() {
  HF_ASSIGN(const auto bytes, read_file(real_file_system(), "/proc/sys/kernel/random/boot_id", 256));
  std::string text(as_text(bytes));
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

Result<std::uint64_t> start_ticks_of(pid_t pid) {
  HF_ASSIGN(const auto bytes, read_file(real_file_system(), fmt::format("/proc/{}/stat", pid), kMostOfStat));
  HF_ASSIGN(const ProcessStat stat, read_process_stat(as_text(bytes)));
  return stat.start_ticks;
}

// Called by their numbers: glibc 2.36 declares its own functions for C alone.
int pidfd_open(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U));
}

int pidfd_send_signal(int fd, int number) {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, fd, number, nullptr, 0U));
}

// Code::not_found when nobody has that number, or only a thread of a process.
Result<OwnedFd> open_pidfd(pid_t pid) {
  OwnedFd fd(pidfd_open(pid));
  if (fd.get() >= 0) return fd;
  if (errno == ENOSYS) return fail(Code::unsupported, "this kernel knows no pidfds: Linux 5.4 or newer is needed");
  if (errno == ESRCH || errno == EINVAL || errno == ENOENT) return fail(Code::not_found, "there is no process {}", pid);
  return errno_error("look at", fmt::format("process {}", pid));
}

class RealDetachedProcess final : public DetachedProcess {
 public:
  RealDetachedProcess(OwnedFd fd, ProcessIdentity identity) : fd_(std::move(fd)), identity_(std::move(identity)) {}

  const ProcessIdentity& identity() const override { return identity_; }

  Result<std::optional<ProcessEnd>> ended() override {
    if (end_) return end_;
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(fd_.get()), &info, WEXITED | WNOHANG) != 0) {
      if (errno == EINTR) return std::optional<ProcessEnd>();
      if (errno != ECHILD) return errno_error("look at", name());
      return ended_elsewhere();  // no child of ours, or buried already
    }
    if (info.si_pid == 0) return std::optional<ProcessEnd>();
    end_.emplace();
    (info.si_code == CLD_EXITED ? end_->exit_code : end_->signal) = info.si_status;
    return end_;
  }

  Status signal(ProcessSignal signal) override {
    const int number = signal == ProcessSignal::kill ? SIGKILL : SIGTERM;
    if (pidfd_send_signal(fd_.get(), number) == 0 || errno == ESRCH) return {};
    return errno_error("send a signal to", name());
  }

 private:
  std::string name() const { return fmt::format("process {}", identity_.pid); }

  Result<std::optional<ProcessEnd>> ended_elsewhere() {
    pollfd look{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    const int count = ::poll(&look, 1, 0);
    if (count < 0 && errno != EINTR) return errno_error("look at", name());
    if (count > 0) end_.emplace();
    return end_;
  }

  OwnedFd fd_;
  const ProcessIdentity identity_;
  std::optional<ProcessEnd> end_;
};

class RealDetachedProcesses final : public DetachedProcesses {
 public:
  Result<std::unique_ptr<DetachedProcess>> start(const DetachedProgram& program, const Record& record) override {
    if (program.words.empty() || program.words.front().find('/') == std::string::npos)
      return fail(Code::usage, "no path of a program to start");
    ProcessIdentity identity;
    OwnedFd fd;
    const auto before = [&](pid_t pid) -> Status {
      HF_ASSIGN(fd, open_pidfd(pid));
      HF_ASSIGN(identity.boot_id, boot_id());
      HF_ASSIGN(identity.start_ticks, start_ticks_of(pid));
      identity.pid = pid;
      return record(identity);
    };
    HF_TRY(launch_detached(program, before));
    return std::unique_ptr<DetachedProcess>(std::make_unique<RealDetachedProcess>(std::move(fd), std::move(identity)));
  }

  Result<std::unique_ptr<DetachedProcess>> find(const ProcessIdentity& identity) override {
    HF_ASSIGN(const std::string boot, boot_id());
    if (identity.pid <= 0 || identity.boot_id != boot) return nullptr;
    auto fd = open_pidfd(identity.pid);
    if (!fd && fd.error().code == Code::not_found) return nullptr;
    if (!fd) return tl::unexpected<Error>(fd.error());
    auto process = std::make_unique<RealDetachedProcess>(std::move(*fd), identity);
    // After the handle was opened: as long as the handle's process runs, this is its own beginning.
    const auto ticks = start_ticks_of(identity.pid);
    if (ticks && *ticks != identity.start_ticks) return nullptr;
    if (ticks) return std::unique_ptr<DetachedProcess>(std::move(process));
    HF_ASSIGN(const auto end, process->ended());
    if (end) return nullptr;
    return tl::unexpected<Error>(ticks.error());
  }
};

}  // namespace

DetachedProcesses& real_detached_processes() {
  static RealDetachedProcesses processes;
  return processes;
}

}  // namespace holdfast::os
