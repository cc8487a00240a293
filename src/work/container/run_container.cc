#include "work/container/run_container.h"

#include "work/container/output_tail.h"
#include "work/container/sandbox.h"

#include "api/fields.h"
#include "base/bytes.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {
namespace {

using control::ContainerRole;

constexpr Duration kStoreTime = std::chrono::minutes(10);  // and a second for each MiB
constexpr Duration kDeleteTime = std::chrono::minutes(5);
constexpr std::chrono::seconds kTellEvery{10};

constexpr const char* kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::size_t kMostCertificates = 16 * kMiB;
constexpr std::string_view kCaBundleKey = "ca-bundle.pem";
constexpr control::TypeName kConfigMapType{"v1", "ConfigMap"};

// Exit codes of a shell and of prlimit when a program is not there or may not be run.
constexpr int kMayNotRun = 126;
constexpr int kNoProgram = 127;

Result<std::string> configured_certificates(const Task& task, const json::Value& configuration) {
  const std::string_view name = api::text_at(configuration, {"spec", "caBundle", "name"});
  if (name.empty()) return std::string();
  const std::string_view named = api::text_at(configuration, {"spec", "caBundle", "namespace"});
  const registry::ObjectId id{.name_space = std::string(named.empty() ? control::namespace_of(configuration) : named),
                              .name = std::string(name)};
  HF_ASSIGN(const json::Value map, control::get_or_null(task.world.registry, kConfigMapType, id));
  if (map.is_null())
    return with_hint(fail(Code::not_found, "the ConfigMap {}/{} of spec.caBundle does not exist", id.name_space, name),
                     "create it with the key ca-bundle.pem");
  return std::string(api::text_at(map, {"data", kCaBundleKey}));
}

// Those of the machine, of the configuration, and of the destination.
Result<std::string> ca_bundle(const Task& task, const ContainerRun& run) {
  std::string bundle;
  const auto system = os::read_file(task.world.files, kSystemCertificates, kMostCertificates);
  if (system) bundle = as_text(*system);
  if (!system && system.error().code != Code::not_found) return tl::unexpected(system.error());
  HF_ASSIGN(const std::string configured, configured_certificates(task, run.configuration));
  for (const std::string_view each : {std::string_view(configured), api::text_at(run.destination, {"caBundle"})}) {
    if (!bundle.empty() && !bundle.ends_with('\n')) bundle += '\n';
    bundle += each;
  }
  return bundle;
}

Sandbox sandbox_of(const ContainerRun& run, const Workspace& workspace, ContainerEnvironment environment,
                   std::vector<std::string> words) {
  Sandbox sandbox;
  sandbox.words = std::move(words);
  sandbox.variables = std::move(environment.variables);
  if (run.container.role == ContainerRole::store) {
    for (const std::string& each : run.container.backup_paths)
      sandbox.mounts.push_back({.from = workspace.backup_directory(), .at = each, .writable = true});
  }
  sandbox.mounts.push_back({.from = workspace.ca_directory(), .at = "/etc/ca-bundle", .writable = false});
  if (!run.container.working_directory.empty()) sandbox.directory = run.container.working_directory;
  // It may make another form of the snapshot beside it.
  sandbox.file_limit = kGiB + 2 * run.snapshot_bytes;
  sandbox.time_limit = time_limit_of(run);
  return sandbox;
}

std::vector<Secret> secrets_of(const ContainerEnvironment& environment) {
  std::vector<Secret> secrets;
  for (const std::string& name : environment.secret_names) {
    for (Secret& each : shown_forms(environment.variables.at(name)))
      secrets.push_back(std::move(each));
  }
  return secrets;
}

// One run from its start to its end, with what it writes.
class Watched {
 public:
  Watched(const Task& task, const ContainerRun& run, std::vector<Secret> secrets)
      : task_(task), run_(run), tail_(std::move(secrets)), begun_(task.world.clock.steady()) {}

  Status run(os::Program program) {
    program.on_output = [this](std::string_view piece) {
      tail_.add(piece);
      tell();
    };
    auto outcome = task_.world.processes.run(program, task_.stop);
    task_.facts["containerSeconds"] =
        std::chrono::duration<double>(std::chrono::floor<std::chrono::milliseconds>(took())).count();
    task_.facts["outputTail"] = tail_.text();
    if (!outcome) {
      const Error error = std::move(outcome).error();
      if (error.code == Code::not_found || error.code == Code::refused)
        return tl::unexpected(explain_no_sandbox(error));
      return in_context(error, "run the {}", control::role_name(run_.container.role));
    }
    HF_TRY(check_sandbox(outcome->exit_code, tail_.text()));
    task_.facts["exitCode"] = outcome->exit_code;
    return judge(outcome->exit_code);
  }

 private:
  Duration took() const { return std::chrono::duration_cast<Duration>(task_.world.clock.steady() - begun_); }

  // That it runs still is all that is known of how far it is; the time limit is what ends one that hangs.
  void tell() {
    const auto steps = took() / kTellEvery;
    if (steps == told_) return;
    told_ = steps;
    task_.progress.update({.phase = fmt::format("{}, {} s", control::role_name(run_.container.role), steps * 10),
                           .done = run_.snapshot_bytes,
                           .total = std::nullopt});
  }

  Status judge(int exit_code) const {
    if (exit_code == 0) return {};
    auto error =
        fail(Code::unavailable, "the {} ended with exit code {}", control::role_name(run_.container.role), exit_code);
    if (const std::string line = tail_.last_line(); !line.empty()) error.value().message += ": " + line;
    if (exit_code == kNoProgram || exit_code == kMayNotRun)
      return with_hint(std::move(error),
                       "no image is loaded: install the program on the server's machine, below /usr or /opt");
    return error;
  }

  const Task& task_;
  const ContainerRun& run_;
  OutputTail tail_;
  const os::SteadyTime begun_;
  std::int64_t told_ = -1;
};

}  // namespace

Duration time_limit_of(const ContainerRun& run) {
  if (run.container.role == ContainerRole::removal) return kDeleteTime;
  return kStoreTime + std::chrono::seconds(run.snapshot_bytes / kMiB);
}

Status run_container(const Task& task, const ContainerRun& run, const Workspace& workspace) {
  HF_ASSIGN(ContainerEnvironment environment,
            container_environment(run.container, run.task, run.destination, task.world));
  HF_ASSIGN(std::vector<std::string> words, expand_words(run.container.words, environment));
  HF_ASSIGN(const std::string certificates, ca_bundle(task, run));
  HF_TRY(workspace.write_ca_bundle(certificates));
  std::vector<Secret> secrets = secrets_of(environment);
  HF_ASSIGN(os::Program program, sandboxed(sandbox_of(run, workspace, std::move(environment), std::move(words))));
  return Watched(task, run, std::move(secrets)).run(std::move(program));
}

}  // namespace holdfast::work
