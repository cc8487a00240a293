#include "control_plane/driving.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "control_plane/connection.h"
#include "control_plane/must.h"
#include "control_plane/state.h"
#include "server/service.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/instant.h"
#include "control/reconcile/objects.h"
#include "control/schedule/schedule.h"
#include "control/schedule/start_offset.h"
#include "store/revision_floor.h"
#include "store/sqlite/sqlite_store.h"
#include "support/database_builder.h"
#include "support/fake_etcd.h"

namespace holdfast::bench {
namespace {

constexpr std::string_view kEndpoint = "127.0.0.1:1";

double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t resident_bytes() {
  const auto text = must(os::read_file(os::real_file_system(), "/proc/self/statm", 4096));
  const std::string numbers(reinterpret_cast<const char*>(text.data()), text.size());
  return std::stoull(numbers.substr(numbers.find(' ') + 1)) * 4096;
}

// Notes when operations begin and end.
class Observer : public registry::Watcher {
 public:
  explicit Observer(const std::string& schedule) {
    if (!schedule.empty()) schedule_ = must(control::parse_schedule(schedule));
  }
  bool on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    if (!event->now || api::text_at(*event->now, {"spec", "type"}) != "Backup") return true;
    const std::string_view phase = api::text_at(*event->now, {"status", "phase"});
    const std::string_view before =
        event->before ? api::text_at(*event->before, {"status", "phase"}) : std::string_view("none");
    if (phase == before) return true;
    const std::lock_guard lock(mutex_);
    if (!event->before) waiting_.insert(event->id);
    most_waiting_ = std::max(most_waiting_, waiting_.size());
    if (phase == "Running") begins(*event);
    if (phase == "Completed") ++figures_.completed;
    if (phase == "Failed") ++figures_.failed;
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError& error) override { give_up(error.message); }

  // What was seen since the last call.
  std::size_t take(DrivingFigures& figures, std::vector<double>& delays) {
    const std::lock_guard lock(mutex_);
    figures.begun += delays_.size();
    figures.completed += figures_.completed;
    figures.failed += figures_.failed;
    delays.insert(delays.end(), delays_.begin(), delays_.end());
    delays_.clear();
    figures_ = {};
    return std::exchange(most_waiting_, waiting_.size());
  }

 private:
  void begins(const registry::ObjectEvent& event) {
    if (waiting_.erase(event.id) == 0) return;  // one that is tried again
    const auto slot = control::time_at(*event.now, {"spec", "scheduledTime"});
    const auto offset =
        schedule_ ? control::start_offset(*schedule_, event.id.name_space, "regular") : control::Seconds(0);
    if (!slot) return;
    const auto due = control::to_wall_time(*slot + offset);
    delays_.push_back(std::chrono::duration<double>(os::real_clock().now() - due).count());
  }

  std::optional<control::Schedule> schedule_;
  std::mutex mutex_;
  std::set<registry::ObjectId> waiting_;  // protected by mutex_, as what follows
  std::vector<double> delays_;
  std::size_t most_waiting_ = 0;
  DrivingFigures figures_;
};

class Driver {
 public:
  explicit Driver(const DrivingOptions& options)
      : options_(options),
        snapshot_(options.data_directory + "/snapshot-to-stream"),
        floor_(os::real_file_system(), options.data_directory + "/revision-floor") {
    write_snapshot();
    const server::ServiceWorld world{os::real_file_system(), os::real_clock(),
                                     os::real_random(),      environment_,
                                     os::real_processes(),   [this](const etcd::ClientOptions&) { return connect(); }};
    server::ServiceOptions service;
    service.data_directory = options.data_directory;
    service.port = 0;
    service_ = must(server::start_service(service, world, [&]() -> Result<std::unique_ptr<store::Store>> {
      HF_ASSIGN(auto store, store::SqliteStore::open({.path = options_.data_directory + "/holdfast.db"}, floor_,
                                                     os::real_file_system(), os::real_clock(), os::real_random()));
      return std::unique_ptr<store::Store>(std::move(store));
    }));
    observe();
  }
  ~Driver() { service_->stop(std::chrono::seconds(1)); }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  DrivingFigures run() {
    make_clusters();
    std::this_thread::sleep_for(std::chrono::seconds(options_.warm_seconds));
    DrivingFigures figures;
    std::vector<double> delays;
    if (options_.warm_seconds > 0) {
      DrivingFigures before;
      std::vector<double> unused;
      observer_->take(before, unused);
    }
    const double used = processor_seconds();
    std::this_thread::sleep_for(std::chrono::duration<double>(options_.seconds / 2));
    figures.most_waiting = observer_->take(figures, delays);
    std::this_thread::sleep_for(std::chrono::duration<double>(options_.seconds / 2));
    figures.most_waiting_late = observer_->take(figures, delays);
    figures.processor_each =
        (processor_seconds() - used) / static_cast<double>(std::max<std::uint64_t>(figures.completed, 1));
    figures.resident = resident_bytes();
    figures.skipped = count_skipped();
    suspend_clusters();
    if (delays.empty()) give_up("no backup began");
    std::ranges::sort(delays);
    figures.middle_delay = delays[delays.size() / 2];
    figures.late_delay = delays[delays.size() * 99 / 100];
    figures.worst_delay = delays.back();
    return figures;
  }

 private:
  // Most of it free pages, so that it is made quickly; they are read, digested and looked at like any others.
  void write_snapshot() {
    test::DatabaseBuilder builder;
    builder.like_etcd(100);
    builder.free_pages = options_.snapshot_bytes / builder.page_size;
    const Bytes bytes = builder.build_snapshot();
    must(os::write_file_atomically(os::real_file_system(), snapshot_, bytes, 0600));
  }

  Result<std::unique_ptr<etcd::Client>> connect() {
    if (options_.transfer_seconds > 0)
      std::this_thread::sleep_for(std::chrono::duration<double>(options_.transfer_seconds));
    auto client = std::make_unique<test::FakeEtcd>();
    client->add_member(std::string(kEndpoint));
    client->serve_file(snapshot_);
    return std::unique_ptr<etcd::Client>(std::move(client));
  }

  void observe() {
    registry::WatchFilter filter;
    filter.kind = service_->registry().kinds().find("holdfast.dev", "v1", "operations");
    observer_ = std::make_shared<Observer>(options_.schedule);
    if (!service_->hub().watch(filter, service_->hub().through(), observer_)) give_up("cannot watch operations");
  }

  std::uint16_t port() const {
    const std::string url = service_->url();
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  std::string pki() const { return options_.data_directory + "/pki"; }

  // So that the next load is alone.
  void suspend_clusters() {
    Connection connection(port(), pki());
    for (std::size_t i = 0; i < options_.ramp_seconds * options_.per_second; ++i) {
      const std::string path = fmt::format("/apis/kubermatic.k8c.io/v1/namespaces/{}/etcdbackupconfigs/regular",
                                           api::cluster_namespace(cluster_name(options_.first + i)));
      const Reply reply = connection.request("PATCH", path, "application/json", R"({"spec":{"suspend":true}})",
                                             "application/merge-patch+json");
      if (reply.status != 200) give_up(fmt::format("{}: {}", path, reply.body));
    }
  }

  // Through HTTP, evenly over the ramp: so their slots are spread, too.
  void make_clusters() {
    Connection connection(port(), pki());
    const auto begin = std::chrono::steady_clock::now();
    const std::size_t count = options_.ramp_seconds * options_.per_second;
    for (std::size_t i = 0; i < count; ++i) {
      std::this_thread::sleep_until(begin + std::chrono::milliseconds(1000 * i / options_.per_second));
      make_cluster(connection, cluster_name(options_.first + i));
    }
  }

  static void post(Connection& connection, const std::string& path, const std::string& body) {
    const Reply reply = connection.request("POST", path, "application/json", body);
    if (reply.status != 201) give_up(fmt::format("{}: {}", path, reply.body));
  }

  void make_cluster(Connection& connection, const std::string& name) {
    const std::string base = "/apis/kubermatic.k8c.io/v1/";
    post(connection, base + "clusters",
         fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{{"name":"{}"}},
             "spec":{{"etcd":{{"endpoints":["{}"]}}}}}})",
                     name, kEndpoint));
    post(connection, fmt::format("{}namespaces/{}/etcdbackupconfigs", base, api::cluster_namespace(name)),
         fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{{"name":"regular"}},
             "spec":{{"cluster":{{"name":"{}"}},"schedule":"{}","keep":2,"destination":"disk"}}}})",
                     name, options_.schedule));
  }

  std::uint64_t count_skipped() {
    std::uint64_t skipped = 0;
    const api::Kind& kind = *service_->registry().kinds().find_word("etcdbackupconfig");
    const auto listed = service_->registry().list(kind, {}, [&](const json::Value& config) {
      const json::Array* entries = api::array_at(config, {"status", "lastBackups"});
      if (entries == nullptr) return;
      for (const json::Value& each : *entries)
        skipped += api::text_at(each, {"backupPhase"}) == "Skipped" ? 1U : 0U;
    });
    if (!listed) give_up(listed.error().message);
    return skipped;
  }

  const DrivingOptions& options_;
  const std::string snapshot_;  // path
  const os::Environment environment_;
  store::RevisionFloor floor_;
  std::unique_ptr<server::Service> service_;
  std::shared_ptr<Observer> observer_;
};

}  // namespace

DrivingFigures drive_backups(const DrivingOptions& options) {
  return Driver(options).run();
}

}  // namespace holdfast::bench
