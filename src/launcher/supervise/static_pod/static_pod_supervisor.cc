#include "launcher/supervise/static_pod/static_pod_supervisor.h"

#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "launcher/supervise/log_tail.h"
#include "launcher/supervise/static_pod/pod_log.h"

#include "os/canonical_path.h"

namespace holdfast::launcher {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(200);  // between two questions

class StaticPodSupervisor final : public Supervisor {
 public:
  StaticPodSupervisor(StaticPodOptions options, os::FileSystem& files, os::Clock& clock)
      : options_(std::move(options)),
        aside_(os::join_path(options_.aside, os::file_name(options_.manifest))),
        files_(files),
        clock_(clock) {}

  Status start(const EtcdCommand&, const std::stop_token& stop) override {
    const std::lock_guard order(orders_);
    HF_ASSIGN(const auto manifest, files_.stat(options_.manifest));
    bool moved = false;
    if (!manifest) {
      HF_ASSIGN(moved, move(aside_, options_.manifest));
    }
    const Status running = wait_until(true, options_.kubelet_limit, stop);
    if (running || !moved || running.error().code == Code::cancelled) return running;
    static_cast<void>(move(options_.manifest, aside_));  // the first error is the one to tell
    return running;
  }

  Status stop(Duration grace, const std::stop_token& stop) override {
    const std::lock_guard order(orders_);
    HF_TRY(move(options_.manifest, aside_));
    return wait_until(false, grace + options_.kubelet_limit, stop);
  }

  Result<EtcdState> state() override {
    HF_ASSIGN(const auto manifest, files_.stat(options_.manifest));
    HF_ASSIGN(const bool running, options_.running());
    EtcdState state;
    if (running) {
      state.phase = Phase::running;
    } else if (manifest) {
      state.phase = Phase::ended;
    }
    return state;
  }

  Result<std::string> log_tail(std::size_t limit) override {
    HF_ASSIGN(const std::string path,
              newest_pod_log(files_, options_.pod_logs, options_.log_prefix, options_.container));
    if (path.empty()) return std::string();
    return launcher::log_tail(files_, path, limit);
  }

 private:
  // False when it is there already.
  Result<bool> move(const std::string& from, const std::string& to) {
    HF_ASSIGN(const auto there, files_.stat(to));
    HF_ASSIGN(const auto here, files_.stat(from));
    if (there && !here) return false;
    if (!here) {
      return with_hint(fail(Code::not_found, "there is neither {} nor {}", options_.manifest, aside_),
                       "the manifest of etcd's static pod has to be there; the launcher does not make it");
    }
    if (there) {
      return with_hint(fail(Code::exists, "both {} and {} are there", options_.manifest, aside_),
                       "somebody made a new manifest while etcd was stopped: remove the one that does not count");
    }
    HF_TRY(files_.make_directories(options_.aside));
    HF_TRY(files_.rename(from, to, false));
    // The new place first: the manifest must be in one of them whatever happens.
    HF_TRY(files_.sync_directory(os::parent_path(to)));
    HF_TRY(files_.sync_directory(os::parent_path(from)));
    return true;
  }

  Status wait_until(bool wanted, Duration limit, const std::stop_token& stop) {
    const os::SteadyTime end = clock_.steady() + limit;
    while (true) {
      HF_ASSIGN(const bool running, options_.running());
      if (running == wanted) return {};
      if (clock_.steady() >= end) {
        return with_hint(fail(Code::timeout, "the kubelet has not {} etcd after {}", wanted ? "started" : "ended",
                              format_duration(limit)),
                         "look whether the kubelet runs, and at its log");
      }
      if (!clock_.sleep_for(kTick, stop)) return fail(Code::cancelled, "nobody waits for the kubelet any longer");
    }
  }

  const StaticPodOptions options_;
  const std::string aside_;  // the manifest's place when etcd is not to run
  os::FileSystem& files_;
  os::Clock& clock_;
  std::mutex orders_;  // one after the other
};

// A rename is only one inside a file system, and a kubelet must not see the manifest where it is when it is aside.
Status check_places(const StaticPodOptions& options, os::FileSystem& files) {
  HF_ASSIGN(const std::string manifests, os::canonical_path(os::parent_path(options.manifest)));
  HF_ASSIGN(const std::string aside, os::canonical_path(options.aside));
  if (aside == manifests || aside.starts_with(manifests + "/"))
    return fail(Code::usage, "{} is in the directory of manifests, {}", options.aside, manifests);
  HF_ASSIGN(const auto from, files.stat(manifests));
  if (!from || from->kind != os::FileKind::directory)
    return fail(Code::not_found, "there is no directory of manifests {}", manifests);
  HF_TRY(files.make_directories(aside));
  HF_ASSIGN(const auto to, files.stat(aside));
  if (to && to->device == from->device) return {};
  return with_hint(fail(Code::usage, "{} and {} are on different file systems", aside, manifests),
                   "a manifest can be moved at once only inside of one");
}

}  // namespace

Result<std::unique_ptr<Supervisor>> supervise_static_pod(const StaticPodOptions& given, os::FileSystem& files,
                                                         os::Clock& clock) {
  StaticPodOptions options = given;
  if (!options.manifest.starts_with('/'))
    return fail(Code::usage, "the manifest is no absolute path: {}", options.manifest);
  if (!options.running) return fail(Code::usage, "nobody can say whether etcd runs");
  if (options.aside.empty()) options.aside = os::parent_path(options.manifest) + ".holdfast";
  HF_TRY(check_places(options, files));
  return std::unique_ptr<Supervisor>(std::make_unique<StaticPodSupervisor>(std::move(options), files, clock));
}

}  // namespace holdfast::launcher
