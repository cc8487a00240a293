// Processes that are only said to run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "os/detached_process.h"

namespace holdfast::launcher {

// One machine; what runs there outlives the supervisors. Not safe for several threads at once.
class FakeDetached final : public os::DetachedProcesses {
 public:
  struct Process {
    os::ProcessIdentity identity;
    os::DetachedProgram program;
    std::vector<os::ProcessSignal> signals;
    std::optional<os::ProcessEnd> end;
    bool heeds_term = true;
  };

  // The newest, running or not.
  Process& last() { return *all_.back(); }
  std::size_t count() const { return all_.size(); }
  void reboot() {
    boot_ = "boot-2";
    for (const auto& each : all_)
      each->end.emplace();
  }
  void fail_next(Code code) { next_error_ = code; }

  Result<std::unique_ptr<os::DetachedProcess>> start(const os::DetachedProgram& program,
                                                     const Record& record) override {
    const int pid = 100 + static_cast<int>(all_.size());
    const os::ProcessIdentity identity{.pid = pid, .start_ticks = 7, .boot_id = boot_};
    HF_TRY(record(identity));
    if (next_error_) return fail(*std::exchange(next_error_, std::nullopt), "injected");
    all_.push_back(std::make_shared<Process>(Process{.identity = identity, .program = program}));
    return std::unique_ptr<os::DetachedProcess>(std::make_unique<Handle>(all_.back()));
  }

  Result<std::unique_ptr<os::DetachedProcess>> find(const os::ProcessIdentity& identity) override {
    for (const auto& each : all_) {
      if (each->identity == identity && identity.boot_id == boot_ && !each->end)
        return std::unique_ptr<os::DetachedProcess>(std::make_unique<Handle>(each));
    }
    return nullptr;
  }

 private:
  class Handle final : public os::DetachedProcess {
   public:
    explicit Handle(std::shared_ptr<Process> process) : process_(std::move(process)) {}
    const os::ProcessIdentity& identity() const override { return process_->identity; }
    Result<std::optional<os::ProcessEnd>> ended() override { return process_->end; }
    Status signal(os::ProcessSignal signal) override {
      process_->signals.push_back(signal);
      const bool ends = signal == os::ProcessSignal::kill || process_->heeds_term;
      if (ends && !process_->end)
        process_->end = {.exit_code = {}, .signal = signal == os::ProcessSignal::kill ? 9 : 15};
      return {};
    }

   private:
    std::shared_ptr<Process> process_;
  };

  std::string boot_ = "boot-1";
  std::vector<std::shared_ptr<Process>> all_;
  std::optional<Code> next_error_;
};

}  // namespace holdfast::launcher
