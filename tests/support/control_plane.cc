#include "support/control_plane.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "api/object.h"
#include "control/reconcile/config_spec.h"
#include "store/etcd/etcd_store.h"
#include "store/sqlite/sqlite_store.h"

namespace holdfast::test {

ControlPlane::ControlPlane(ControlPlaneOptions options)
    : options_(std::move(options)),
      kinds_(api::Kinds::load().value()),
      sealer_(
          registry::Sealer::from_file(os::real_file_system(), os::real_random(),
                                      (options_.shared.empty() ? options_.directory : options_.shared) + "/secrets.key")
              .value()) {
  if (!options_.connect) {
    options_.connect = [](const etcd::ClientOptions& client) { return etcd::make_client(client); };
  }
  start();
}

ControlPlane::~ControlPlane() {
  stop();
}

Result<std::unique_ptr<store::Store>> ControlPlane::open_store() {
  if (!options_.store_endpoints.empty()) {
    etcd::ClientOptions client_options;
    client_options.endpoints = options_.store_endpoints;
    HF_ASSIGN(auto client, etcd::make_client(client_options));
    HF_ASSIGN(auto store, store::EtcdStore::open(std::move(client), {}, *floor_, os::real_clock()));
    return std::unique_ptr<store::Store>(std::move(store));
  }
  store::SqliteOptions store_options;
  store_options.path = options_.directory + "/store.db";
  HF_ASSIGN(auto store, store::SqliteStore::open(store_options, *floor_, os::real_file_system(), os::real_clock(),
                                                 os::real_random()));
  return std::unique_ptr<store::Store>(std::move(store));
}

void ControlPlane::start() {
  floor_ = std::make_unique<store::RevisionFloor>(os::real_file_system(), options_.directory + "/floor");
  auto opened = open_store();
  ASSERT_TRUE(opened) << opened.error().to_string();
  store_ = std::move(*opened);
  registry_ = std::make_unique<registry::Registry>(registry::Registry::Parts{.store = *store_,
                                                                             .kinds = kinds_,
                                                                             .sealer = sealer_,
                                                                             .clock = *options_.clock,
                                                                             .random = os::real_random(),
                                                                             .hooks = control::rule_hooks()});
  auto hub = registry::WatchHub::start(*store_, kinds_, os::real_clock());
  ASSERT_TRUE(hub) << hub.error().to_string();
  hub_ = std::move(*hub);
  if (options_.works) {
    work::RunnerOptions runner_options;
    runner_options.id = options_.id;
    runner_options.backups = options_.threads;
    runner_options.lease_ttl = options_.lease_ttl;
    runner_options.stall_timeout = options_.stall_timeout;
    auto runner = work::Runner::start(work_world(), *hub_, runner_options);
    ASSERT_TRUE(runner) << runner.error().to_string();
    runner_ = std::move(*runner);
  }
  if (options_.decides) {
    control::ManagerOptions manager_options;
    manager_options.id = options_.id;
    manager_options.lease_ttl = options_.lease_ttl;
    // A clock that a test moves does not move on by itself for this.
    if (options_.clock != &os::real_clock()) manager_options.settle = Duration::zero();
    manager_ = std::make_unique<control::Manager>(
        control::Manager::Parts{.registry = *registry_, .hub = *hub_, .clock = *options_.clock}, manager_options);
  }
  const auto leads = [this] { return manager_ == nullptr || manager_->leads(); };
  if (options_.records) {
    recorder_ = std::make_unique<control::Recorder>(
        control::Recorder::Parts{.registry = *registry_, .hub = *hub_, .clock = *options_.clock, .leads = leads},
        control::RecorderOptions{.instance = options_.id});
  }
  if (options_.asks) health_ = std::make_unique<work::HealthWatch>(work_world(), *hub_, leads, options_.health);
}

work::World ControlPlane::work_world() {
  return {.registry = *registry_,
          .files = os::real_file_system(),
          .clock = *options_.clock,
          .random = os::real_random(),
          .environment = environment_,
          .processes = os::real_processes(),
          .spool_directory = options_.directory,
          .connect = options_.connect};
}

void ControlPlane::stop() {
  health_.reset();
  recorder_.reset();
  manager_.reset();
  runner_.reset();
  hub_.reset();
  registry_.reset();
  store_.reset();
  floor_.reset();
}

json::Value ControlPlane::create(std::string_view word, std::string_view name_space, std::string_view json_text) {
  auto parsed = json::parse(json_text, api::kBodyLimits.bytes);
  EXPECT_TRUE(parsed) << json_text;
  if (!parsed) return {};
  auto decoded = api::decode_value(kind(word), std::move(*parsed));
  EXPECT_TRUE(decoded) << json_text;
  if (!decoded) return {};
  EXPECT_TRUE(decoded->unknown_fields.empty()) << fmt::format("{}", fmt::join(decoded->unknown_fields, ", "));
  auto written = registry_->create(kind(word), name_space, std::move(decoded->object), {});
  EXPECT_TRUE(written) << (written ? "" : json::to_string(written.error().to_status()));
  return written ? written->object : json::Value();
}

void ControlPlane::change(std::string_view word, std::string_view name_space, std::string_view name,
                          const std::function<void(json::Value&)>& change) {
  const auto apply = [&](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    change(after);
    return after;
  };
  const auto written =
      registry_->update(kind(word), {.name_space = std::string(name_space), .name = std::string(name)}, apply, {});
  EXPECT_TRUE(written) << (written ? "" : json::to_string(written.error().to_status()));
}

void ControlPlane::list_destination(const std::string& destination, const std::string& operation) {
  registry::WriteOptions options;
  options.by_server = true;
  json::Value object =
      json::Object{{"apiVersion", "holdfast.dev/v1"},
                   {"kind", "Operation"},
                   {"metadata", json::Object{{"name", operation}, {"namespace", "kubermatic"}}},
                   {"spec", json::Object{{"type", "Inventory"}, {"seed", "europe"}, {"destination", destination}}}};
  EXPECT_TRUE(registry_->create(kind("operation"), "kubermatic", std::move(object), options));
  EXPECT_TRUE(wait_until([&] {
    const json::Value now = get("operation", "kubermatic", operation);
    return now.is_null() || api::text_at(now, {"status", "phase"}) == "Completed";
  }));
}

void ControlPlane::remove(std::string_view word, std::string_view name_space, std::string_view name) {
  const auto removed =
      registry_->remove(kind(word), {.name_space = std::string(name_space), .name = std::string(name)}, {});
  EXPECT_TRUE(removed) << (removed ? "" : removed.error().message);
}

json::Value ControlPlane::get(std::string_view word, std::string_view name_space, std::string_view name) {
  auto found = registry_->get(kind(word), {.name_space = std::string(name_space), .name = std::string(name)});
  return found ? std::move(*found) : json::Value();
}

std::vector<json::Value> ControlPlane::list(std::string_view word, std::string_view name_space) {
  std::vector<json::Value> all;
  registry::ListQuery query;
  query.name_space = name_space;
  EXPECT_TRUE(registry_->list(kind(word), query, [&](json::Value each) { all.push_back(std::move(each)); }));
  return all;
}

bool ControlPlane::wait_until(const std::function<bool()>& done, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

void ControlPlane::make_seed(const std::string& path, std::string_view more) {
  if (get("namespace", "", "kubermatic").is_null())
    create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubermatic"}})");
  create("seed", "kubermatic",
         fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Seed","metadata":{{"name":"europe"}},"spec":{{
             "etcdBackupRestore":{{"destinations":{{"disk":{{"type":"local","path":"{}"}}}}{}}}}}}})",
                     path, more));
}

void ControlPlane::make_cluster(const std::string& name, const std::vector<std::string>& endpoints) {
  create("cluster", "",
         fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{{"name":"{}"}},
             "spec":{{"etcd":{{"endpoints":["{}"]}}}}}})",
                     name, fmt::join(endpoints, "\",\"")));
}

std::string text_of(const json::Value& object, api::FieldNames names) {
  return std::string(api::text_at(object, names));
}

}  // namespace holdfast::test
