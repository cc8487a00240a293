#include "launcher/supervise/systemd/systemd_supervisor.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "launcher/supervise/log_tail.h"
#include "launcher/supervise/systemd/unit_show.h"

#include "base/bytes.h"

namespace holdfast::launcher {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(100);    // between two questions
constexpr Duration kCommandLimit = std::chrono::seconds(30);  // none of them waits for a unit
constexpr Duration kKillTime = std::chrono::seconds(10);      // for the kernel to be done with a killed process
constexpr std::size_t kBytesOfLine = 250;                     // of a log, about: how many lines to ask for

// systemd.unit(5), without templates' "@" meaning anything to us. Never a word that systemctl would take for an option.
bool is_service_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@";
  return name.ends_with(".service") && name.size() > 8 && name.size() < 256 && name.front() != '-' &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

class SystemdSupervisor final : public Supervisor {
 public:
  SystemdSupervisor(const SystemdOptions& options, os::Processes& processes, os::Clock& clock)
      : options_(options), processes_(processes), clock_(clock) {}

  Status start(const EtcdCommand&, const std::stop_token& stop) override {
    const std::lock_guard order(orders_);
    HF_ASSIGN(const UnitShow before, show());
    // One that is ending has a process as well, but will have none.
    if (before.process_runs() && before.active_state != "deactivating") return {};
    if (before.active_state == "failed") HF_TRY(systemctl({"reset-failed", options_.unit}));
    const Status started = begin(stop);
    if (started || started.error().code == Code::cancelled) return started;
    static_cast<void>(systemctl({"stop", "--no-block", options_.unit}));  // the first error is the one to tell
    return started;
  }

  Status stop(Duration grace, const std::stop_token& stop) override {
    const std::lock_guard order(orders_);
    HF_ASSIGN(const UnitShow before, show());
    if (before.at_rest()) return forget_failure();
    HF_TRY(systemctl({"stop", "--no-block", options_.unit}));
    HF_ASSIGN(const bool gone, wait_for_rest(grace, stop));
    if (gone) return forget_failure();
    HF_TRY(systemctl({"kill", "--signal=SIGKILL", options_.unit}));
    HF_ASSIGN(const bool gone_now, wait_for_rest(kKillTime, stop));
    if (gone_now) return forget_failure();
    return with_hint(fail(Code::timeout, "{} was killed and is still there", options_.unit),
                     fmt::format("look at: systemctl status {}", options_.unit));
  }

  Result<EtcdState> state() override {
    HF_ASSIGN(const UnitShow unit, show());
    EtcdState state;
    state.restarts = unit.restarts;
    state.last_exit = exit_reason(unit);
    if (unit.process_runs()) {
      state.phase = Phase::running;
      state.pid = unit.main_pid;
      // On Linux both are the monotonic clock: systemd's stamp and ours.
      if (unit.started) state.since = clock_.now() - (clock_.steady().time_since_epoch() - *unit.started);
    } else if (unit.active_state != "inactive") {
      state.phase = Phase::ended;
    }
    return state;
  }

  Result<std::string> log_tail(std::size_t limit) override {
    os::Program program{.words = options_.journalctl, .output_limit = 16 * limit + 64 * kKiB};
    for (const std::string& word :
         {std::string("--unit=") + options_.unit, std::string("--output=cat"), std::string("--no-pager"),
          std::string("--quiet"), fmt::format("--lines={}", limit / kBytesOfLine + 1)})
      program.words.push_back(word);
    program.time_limit = kCommandLimit;
    HF_ASSIGN(const std::string text, run(program));
    return last_lines(text, limit);
  }

 private:
  // Asks systemd, and waits for a process. Not for the unit to be active: an etcd is that only when it serves, and a
  // member of a new cluster serves only when others do.
  Status begin(const std::stop_token& stop) {
    HF_TRY(systemctl({"start", "--no-block", options_.unit}));
    const os::SteadyTime end = clock_.steady() + options_.start_limit;
    while (true) {
      HF_ASSIGN(const UnitShow unit, show());
      if (unit.process_runs() && unit.active_state != "deactivating") return {};
      if (unit.active_state == "failed") {
        const auto reason = exit_reason(unit);
        return with_hint(fail(Code::unavailable, "{} failed: {}", options_.unit, reason ? reason->text : unit.result),
                         fmt::format("look at: systemctl status {}", options_.unit));
      }
      if (clock_.steady() >= end) {
        return with_hint(fail(Code::timeout, "{} has no process after {}, it is {}", options_.unit,
                              format_duration(options_.start_limit), unit.active_state),
                         fmt::format("look at: systemctl status {}", options_.unit));
      }
      HF_TRY(wait(stop));
    }
  }

  // A unit that was killed counts as failed; one that was to end should not.
  Status forget_failure() {
    HF_ASSIGN(const UnitShow unit, show());
    if (unit.active_state != "failed") return {};
    HF_TRY(systemctl({"reset-failed", options_.unit}));
    return {};
  }

  Result<bool> wait_for_rest(Duration limit, const std::stop_token& stop) {
    const os::SteadyTime end = clock_.steady() + limit;
    while (true) {
      HF_ASSIGN(const UnitShow unit, show());
      if (unit.at_rest()) return true;
      if (clock_.steady() >= end) return false;
      HF_TRY(wait(stop));
    }
  }

  Status wait(const std::stop_token& stop) {
    if (clock_.sleep_for(kTick, stop)) return {};
    return fail(Code::cancelled, "nobody waits for {} any longer", options_.unit);
  }

  Result<UnitShow> show() {
    HF_ASSIGN(const std::string text, systemctl({"show", options_.unit, "--property=" + std::string(kUnitProperties)}));
    HF_ASSIGN(UnitShow unit, parse_unit_show(text));
    if (unit.load_state == "loaded") return unit;
    return with_hint(fail(Code::not_found, "systemd has no usable unit {}: it is {}", options_.unit, unit.load_state),
                     "the unit that runs etcd has to be there; the launcher does not make it");
  }

  // Not to be stopped: an order is given whole, and takes no time.
  Result<std::string> systemctl(const std::vector<std::string>& words) {
    os::Program program{.words = options_.systemctl, .time_limit = kCommandLimit};
    program.words.insert(program.words.end(), {"--no-ask-password", "--no-pager"});
    program.words.insert(program.words.end(), words.begin(), words.end());
    return run(program);
  }

  Result<std::string> run(const os::Program& given) {
    os::Program program = given;
    program.variables = {{"LC_ALL", "C"}};
    HF_ASSIGN(const os::ProgramOutcome outcome, processes_.run(program, {}));
    if (outcome.exit_code == 0) return std::string(outcome.output.reveal());
    std::string errors = outcome.errors;
    std::replace(errors.begin(), errors.end(), '\n', ' ');
    return fail(Code::unavailable, "{} ended with {}: {}", program.words.front(), outcome.exit_code, errors);
  }

  const SystemdOptions options_;
  os::Processes& processes_;
  os::Clock& clock_;
  std::mutex orders_;  // one after the other
};

}  // namespace

Result<std::unique_ptr<Supervisor>> supervise_unit(const SystemdOptions& options, os::Processes& processes,
                                                   os::Clock& clock) {
  if (!is_service_name(options.unit))
    return fail(Code::usage, "\"{}\" is no name of a service unit, such as etcd.service", options.unit);
  if (options.systemctl.empty() || options.journalctl.empty()) return fail(Code::usage, "no systemctl to run");
  return std::unique_ptr<Supervisor>(std::make_unique<SystemdSupervisor>(options, processes, clock));
}

}  // namespace holdfast::launcher
