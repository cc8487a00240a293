#include "launcher/supervise/child/child_supervisor.h"

#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "launcher/supervise/child/kept_process.h"

namespace holdfast::launcher {
namespace {

// Between two looks at the process; a look is two system calls.
constexpr Duration kTick = std::chrono::milliseconds(100);
// For the kernel to be done with a killed process: longer only when a disk does not answer.
constexpr Duration kKillTime = std::chrono::seconds(10);

class ChildSupervisor final : public Supervisor {
 public:
  ChildSupervisor(std::unique_ptr<KeptProcess> kept, os::Clock& clock)
      : clock_(clock), kept_(std::move(kept)), watch_([this](const std::stop_token& stop) { watch(stop); }) {}

  Status start(const EtcdCommand& command, const std::stop_token&) override {
    const std::lock_guard order(orders_);
    const std::lock_guard lock(mutex_);
    return kept_->start(command);
  }

  Status stop(Duration grace, const std::stop_token& stop) override {
    const std::lock_guard order(orders_);
    {
      const std::lock_guard lock(mutex_);
      HF_TRY(kept_->release());
    }
    HF_ASSIGN(const bool gone, wait_for_end(grace, stop));
    if (gone) return {};
    {
      const std::lock_guard lock(mutex_);
      HF_TRY(kept_->kill());
    }
    HF_ASSIGN(const bool gone_now, wait_for_end(kKillTime, stop));
    if (gone_now) return {};
    return with_hint(fail(Code::timeout, "etcd was killed and is still there"),
                     "a disk that does not answer keeps it: look at the kernel's log");
  }

  Result<EtcdState> state() override {
    const std::lock_guard lock(mutex_);
    return kept_->state();
  }

  Result<std::string> log_tail(std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    return kept_->log_tail(limit);
  }

 private:
  bool look() {
    const std::lock_guard lock(mutex_);
    kept_->look();
    return kept_->runs();
  }

  void watch(const std::stop_token& stop) {
    do {
      look();
    } while (clock_.sleep_for(kTick, stop));
  }

  // False when it still runs after `limit`.
  Result<bool> wait_for_end(Duration limit, const std::stop_token& stop) {
    const os::SteadyTime end = clock_.steady() + limit;
    while (look()) {
      if (clock_.steady() >= end) return false;
      if (!clock_.sleep_for(kTick, stop)) return fail(Code::cancelled, "nobody waits for the end of etcd any longer");
    }
    return true;
  }

  os::Clock& clock_;
  std::mutex orders_;  // one after the other; taken first
  std::mutex mutex_;   // of kept_
  const std::unique_ptr<KeptProcess> kept_;
  std::jthread watch_;  // last: it uses all of the above
};

}  // namespace

Result<std::unique_ptr<Supervisor>> supervise_child(const ChildOptions& options, const ChildWorld& world) {
  HF_ASSIGN(auto kept, KeptProcess::open(options, world));
  return std::unique_ptr<Supervisor>(std::make_unique<ChildSupervisor>(std::move(kept), world.clock));
}

}  // namespace holdfast::launcher
