#include "launcher/supervise/child/kept_process.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "launcher/supervise/child/exit_text.h"
#include "launcher/supervise/child/restart_delay.h"

#include "base/bytes.h"
#include "base/log.h"
#include "os/canonical_path.h"

namespace holdfast::launcher {

KeptProcess::KeptProcess(const ChildOptions& options, const ChildWorld& world, const std::string& base,
                         std::unique_ptr<os::File> hold)
    : options_(options),
      world_(world),
      record_path_(base + ".process"),
      hold_(std::move(hold)),
      log_(world.files, options.log.empty() ? base + ".log" : options.log, options.log_limit) {}

Result<std::unique_ptr<KeptProcess>> KeptProcess::open(const ChildOptions& options, const ChildWorld& world) {
  if (!options.data_dir.starts_with('/'))
    return fail(Code::usage, "the data directory is no absolute path: {}", options.data_dir);
  // One launcher per directory, whatever name it is called by.
  HF_ASSIGN(const std::string base, os::canonical_path(options.data_dir));
  HF_ASSIGN(auto hold, world.files.open_held(base + ".launcher"));
  if (!hold) {
    return with_hint(fail(Code::refused, "another launcher keeps the etcd on {}", base),
                     "one launcher for each data directory: end the other one first");
  }
  std::unique_ptr<KeptProcess> kept(new KeptProcess(options, world, base, std::move(hold)));
  HF_TRY(kept->read_record());
  HF_TRY(kept->find_process());
  return kept;
}

Status KeptProcess::read_record() {
  HF_ASSIGN(const auto info, world_.files.stat(record_path_));
  if (!info) return {};
  auto bytes = os::read_file(world_.files, record_path_, kMostOfRecord);
  if (!bytes && bytes.error().code != Code::no_space) return tl::unexpected<Error>(bytes.error());
  auto record = bytes ? parse_record(as_text(*bytes)) : Result<ChildRecord>(fail(Code::corrupt, "it is too large"));
  if (record) {
    record_ = std::move(*record);
    return {};
  }
  if (record.error().code == Code::unsupported) return in_context(std::move(record).error(), "read {}", record_path_);
  return set_aside(record.error());
}

// Without the record nobody knows which process it was: going on as if there was none is right only when that is so.
Status KeptProcess::set_aside(const Error& damage) {
  Result<bool> used = true;
  if (options_.in_use) used = options_.in_use();
  if (!used) return in_context(std::move(used).error(), "look whether {} is in use", options_.data_dir);
  if (*used) {
    return with_hint(fail(Code::corrupt, "{} is damaged: {}", record_path_, damage.message),
                     fmt::format("end the etcd that runs on {}, if one does, then remove the file", options_.data_dir));
  }
  HF_TRY(world_.files.rename(record_path_, record_path_ + ".damaged", true));
  warn("etcd_record_damaged", damage);
  return {};
}

Status KeptProcess::find_process() {
  next_start_ = world_.clock.steady();
  if (!record_.process) return {};
  const Duration ran = std::max(world_.clock.now() - record_.process->started, Duration::zero());
  began_ = world_.clock.steady() - ran;
  HF_ASSIGN(process_, world_.processes.find(record_.process->identity));
  if (process_) return {};
  count_end({.text = "ended while no launcher was there", .exit_code = {}, .ended = {}}, ran);
  next_start_ = world_.clock.steady();  // it waited long enough
  return save();
}

Status KeptProcess::save() const {
  const std::string text = format_record(record_);
  return os::write_file_atomically(world_.files, record_path_, as_bytes(text));
}

void KeptProcess::warn(std::string_view name, const Error& error) {
  const std::string text = error.to_string();
  if (text != told_) log::event(log::Level::warning, name, {{"error", text}});
  told_ = text;
}

void KeptProcess::save_or_warn() {
  if (const Status saved = save(); !saved) warn("etcd_record_not_written", saved.error());
}

Status KeptProcess::start(const EtcdCommand& command) {
  notice_end();
  const ChildRecord before = record_;
  record_.wanted = true;
  record_.command = command;
  record_.ends = 0;
  record_.restarts = 0;
  next_start_ = world_.clock.steady();
  Status done = process_ ? save() : launch();
  if (done) return done;
  const bool runs = process_ != nullptr;
  record_ = before;
  record_.wanted = runs && before.wanted;
  save_or_warn();
  return done;
}

// Recorded first: a launcher that dies in between must not start it again.
Status KeptProcess::release() {
  notice_end();
  if (record_.wanted) {
    record_.wanted = false;
    if (Status saved = save(); !saved) {
      record_.wanted = true;
      return saved;
    }
  }
  if (!process_) return {};
  return process_->signal(os::ProcessSignal::terminate);
}

Status KeptProcess::kill() {
  if (!process_) return {};
  return process_->signal(os::ProcessSignal::kill);
}

void KeptProcess::look() {
  notice_end();
  if (!process_ && record_.wanted && world_.clock.steady() >= next_start_) start_again();
  if (const Status bounded = log_.bound(); !bounded) warn("etcd_log_not_bounded", bounded.error());
}

void KeptProcess::notice_end() {
  if (!process_) return;
  const auto end = process_->ended();
  if (!end) return warn("etcd_process_not_seen", end.error());
  if (*end) note_end(**end);
}

void KeptProcess::note_end(const os::ProcessEnd& end) {
  process_.reset();
  ExitReason reason{.text = exit_text(end), .exit_code = end.exit_code, .ended = world_.clock.now()};
  if (record_.wanted) log::event(log::Level::warning, "etcd_ended", {{"reason", reason.text}});
  if (!record_.wanted) log::event(log::Level::info, "etcd_stopped", {{"reason", reason.text}});
  count_end(std::move(reason), world_.clock.steady() - began_);
  save_or_warn();
}

void KeptProcess::count_end(ExitReason reason, Duration ran) {
  record_.process.reset();
  record_.last_exit = std::move(reason);
  record_.ends = record_.wanted ? ends_in_a_row(record_.ends, ran) : 0;
  next_start_ = world_.clock.steady() + restart_delay(record_.ends);
}

void KeptProcess::start_again() {
  Status done = options_.may_restart ? options_.may_restart() : Status();
  if (done) {
    ++record_.restarts;
    done = launch();
    if (done) return;
    --record_.restarts;
  }
  warn("etcd_not_started", done.error());
  count_end({.text = done.error().to_string(), .exit_code = {}, .ended = world_.clock.now()}, Duration::zero());
  save_or_warn();
}

Status KeptProcess::launch() {
  if (options_.in_use) {
    HF_ASSIGN(const bool used, options_.in_use());
    if (used) {
      return with_hint(
          fail(Code::refused, "{} is in use by a process that this launcher did not start", options_.data_dir),
          "end it first; it may be an etcd that systemd or somebody else runs");
    }
  }
  os::DetachedProgram program{
      .words = {record_.command.program}, .environment = record_.command.environment, .output = log_.path()};
  program.words.insert(program.words.end(), record_.command.arguments.begin(), record_.command.arguments.end());
  auto process = world_.processes.start(program, [this](const os::ProcessIdentity& identity) {
    record_.process = {.identity = identity, .started = world_.clock.now(), .command = record_.command};
    return save();
  });
  if (!process) {
    record_.process.reset();
    return in_context(std::move(process).error(), "start etcd on {}", options_.data_dir);
  }
  process_ = std::move(*process);
  began_ = world_.clock.steady();
  return {};
}

EtcdState KeptProcess::state() const {
  EtcdState state;
  state.last_exit = record_.last_exit;
  state.restarts = record_.restarts;
  if (process_) {
    state.phase = Phase::running;
    state.pid = record_.process->identity.pid;
    state.since = record_.process->started;
    state.other_command = record_.process->command != record_.command;
  } else if (record_.wanted) {
    state.phase = Phase::ended;
    state.next_start = std::max(next_start_ - world_.clock.steady(), Duration::zero());
  }
  return state;
}

}  // namespace holdfast::launcher
