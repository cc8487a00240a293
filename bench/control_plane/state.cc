#include "control_plane/state.h"

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "control_plane/must.h"
#include "work/health/assess.h"

#include "api/kind.h"
#include "api/object.h"
#include "api/rules.h"
#include "control/instant.h"
#include "control/reconcile/config_spec.h"
#include "control/reconcile/deletion.h"
#include "control/reconcile/seed.h"
#include "control/schedule/backup_name.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "registry/registry.h"
#include "registry/sealer.h"
#include "store/revision_floor.h"
#include "store/sqlite/sqlite_store.h"

namespace holdfast::bench {
namespace {

constexpr std::string_view kNobody = "127.0.0.1:1";
constexpr int kThreads = 32;  // so that commits share their trip to the disk

class Maker {
 public:
  explicit Maker(const StateOptions& options)
      : options_(options),
        kinds_(must(api::Kinds::load())),
        sealer_(must(registry::Sealer::from_file(os::real_file_system(), os::real_random(),
                                                 options.data_directory + "/secrets.key"))),
        floor_(os::real_file_system(), options.data_directory + "/revision-floor"),
        store_(must(store::SqliteStore::open({.path = options.data_directory + "/holdfast.db"}, floor_,
                                             os::real_file_system(), os::real_clock(), os::real_random()))),
        registry_({.store = *store_,
                   .kinds = kinds_,
                   .sealer = sealer_,
                   .clock = os::real_clock(),
                   .random = os::real_random(),
                   .hooks = control::rule_hooks()}) {}

  void run() {
    make("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubermatic"}})");
    make_seed();
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (std::size_t at = next++; at < options_.clusters; at = next++)
          make_cluster(cluster_name(at));
      });
    }
  }

 private:
  void make(std::string_view word, std::string_view name_space, const std::string& text, json::Value status = {}) {
    const api::Kind& kind = *kinds_.find_word(word);
    auto decoded = api::decode_value(kind, must(json::parse(text, api::kBodyLimits.bytes)));
    if (!decoded) give_up(decoded.error().message);
    if (!decoded->unknown_fields.empty()) give_up("unknown field " + decoded->unknown_fields.front());
    registry::WriteOptions options;
    options.by_server = true;
    options.status = std::move(status);
    const auto written = registry_.create(kind, name_space, std::move(decoded->object), options);
    if (!written && written.error().code != 409) give_up(json::to_string(written.error().to_status()));
  }

  // Its destination is known to be usable and was looked through: the objects of the backups are not really there.
  void make_seed() {
    const json::Value disk = json::Object{{"type", "local"},
                                          {"path", options_.objects_directory},
                                          {"compression", options_.compression},
                                          {"maxConcurrent", 32}};
    const json::Value seed = json::Object{
        {"apiVersion", "kubermatic.k8c.io/v1"},
        {"kind", "Seed"},
        {"metadata", json::Object{{"name", "europe"}}},
        {"spec", json::Object{{"etcdBackupRestore", json::Object{{"destinations", json::Object{{"disk", disk}}}}}}}};
    const std::string now = registry_.now();
    const std::string settings = control::settings_hash(disk, "");
    const json::Value state =
        json::Object{{"name", "disk"},
                     {"usable", true},
                     {"lastProbeTime", now},
                     {"probedSettings", settings},
                     {"lastInventoryTime", now},
                     {"listedSettings", fmt::format("{} with {} clusters", settings, options_.clusters)}};
    make("seed", "kubermatic", json::to_string(seed), json::Object{{"destinations", json::Array{state}}});
  }

  void make_cluster(const std::string& name) {
    const std::string space = api::cluster_namespace(name);
    make("namespace", "", fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", space));
    make("cluster", "",
         fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{{"name":"{}",
             "labels":{{"project-id":"p{}"}},"finalizers":["{}"]}},
             "spec":{{"humanReadableName":"Cluster {}","etcd":{{"endpoints":["{}"]}}}}}})",
                     name, std::hash<std::string>()(name) % 100, control::kCleanupFinalizer, name, kNobody),
         health_);
    make("etcdbackupconfig", space,
         fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{{"name":"regular",
             "finalizers":["{}"]}},"spec":{{"cluster":{{"name":"{}"}},"schedule":"{}","keep":20,
             "destination":"disk"}}}})",
                     control::kCleanupFinalizer, name, options_.schedule));
    for (std::size_t i = 0; i < options_.backups; ++i)
      make_backup(name, space, i);
  }

  // One of the last backups, 20 minutes apart, as the runner records it.
  void make_backup(const std::string& cluster, const std::string& space, std::size_t age) {
    const auto slot = control::to_instant(os::real_clock().now()) - std::chrono::minutes(20 * (age + 1));
    const std::string base = control::backup_base_name("regular", slot);
    const std::string text = fmt::format(
        R"({{"apiVersion":"holdfast.dev/v1","kind":"Backup","metadata":{{"name":"{}","finalizers":["{}"]}},"spec":{{
            "cluster":"{}","config":"regular","seed":"europe","destination":"disk","backupName":"{}.db.gz",
            "objectKey":"{}-{}.db.gz","pinned":false}}}})",
        base, control::kStoredObjectFinalizer, cluster, base, cluster, base);
    const std::string time = control::format_instant(slot);
    const std::string digest(64, 'a');
    make("backup", space, text,
         json::Object{{"phase", "Completed"},
                      {"takenTime", time},
                      {"finishedTime", time},
                      {"scheduledTime", time},
                      {"sizeBytes", 52428800},
                      {"sizeText", "50.0 MiB"},
                      {"storedBytes", 13107200},
                      {"sha256", digest},
                      {"snapshotSha256", digest},
                      {"revision", 123456},
                      {"totalKeys", 40000},
                      {"hash", "0badcafe"},
                      {"etcdVersion", "3.5.16"},
                      {"clusterID", "c1c2c3c4c5c6c7c8"},
                      {"member", "https://127.0.0.1:1"},
                      {"compression", "gzip"},
                      {"encrypted", false},
                      {"foreign", false},
                      {"durationSeconds", 1.5},
                      {"sequence", 4711},
                      {"lastSeenTime", time},
                      {"keptBecause", kept_because(age)}});
  }

  // That no etcd is there is known, as after the first round of questions: it is no news while something is measured.
  static json::Value health_of_nobody() {
    const json::Value cluster = json::Object{{"status", json::Object()}};
    const work::Answers answers{
        .members = {{.endpoint = std::string(kNobody), .status = fail(Code::unavailable, "connection refused")}},
        .list = {}};
    const control::Instant now = control::to_instant(os::real_clock().now());
    return work::with_health(cluster, work::assess(answers, cluster), now).at("status");
  }

  static json::Array kept_because(std::size_t age) {
    json::Array reasons{"one of the last 20"};
    if (age == 0) reasons.emplace_back("newest good backup");
    return reasons;
  }

  const StateOptions& options_;
  const json::Value health_ = health_of_nobody();
  api::Kinds kinds_;
  registry::Sealer sealer_;
  store::RevisionFloor floor_;
  std::unique_ptr<store::SqliteStore> store_;
  registry::Registry registry_;
};

}  // namespace

std::string cluster_name(std::size_t number) {
  return fmt::format("c{:05}", number);
}

void make_state(const StateOptions& options) {
  must(os::real_file_system().make_directories(options.data_directory, 0700));
  must(os::real_file_system().make_directories(options.objects_directory, 0700));
  Maker(options).run();
}

}  // namespace holdfast::bench
