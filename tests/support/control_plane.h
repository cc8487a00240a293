// A server without its HTTP side: store, registry, decisions and runner, on a directory that outlives it, so that it
// can be started again. Link it as DEPENDS test_control.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "work/health/health_watch.h"
#include "work/runner.h"

#include "api/fields.h"
#include "control/events/recorder.h"
#include "control/manager/manager.h"
#include "store/revision_floor.h"
#include "store/store.h"

namespace holdfast::test {

struct ControlPlaneOptions {
  std::string directory;
  std::string id = "server-1";
  std::string shared;                        // where secrets.key lies; empty: in the directory
  std::vector<std::string> store_endpoints;  // of the etcd that holds the resources; none: SQLite in the directory
  os::Clock* clock = &os::real_clock();
  bool decides = true;   // with a manager
  bool works = true;     // with a runner
  bool records = false;  // with a recorder of events
  bool asks = false;     // with a watch over the health of clusters
  Duration lease_ttl = std::chrono::seconds(5);
  Duration stall_timeout = std::chrono::minutes(5);
  std::size_t threads = 4;
  work::HealthOptions health;
  // Real etcds unless something else is given.
  std::function<Result<std::unique_ptr<etcd::Client>>(const etcd::ClientOptions&)> connect;
};

class ControlPlane {
 public:
  explicit ControlPlane(ControlPlaneOptions options);
  ~ControlPlane();

  // Ends everything, as a server that is told to stop does; start() goes on with the same directory.
  void stop();
  void start();

  const api::Kind& kind(std::string_view word) const { return *kinds_.find_word(word); }
  registry::Registry& registry() { return *registry_; }
  registry::WatchHub& hub() { return *hub_; }
  store::Store& store() { return *store_; }
  control::Manager& manager() { return *manager_; }
  work::Runner& runner() { return *runner_; }
  control::Recorder& recorder() { return *recorder_; }
  work::HealthWatch& health() { return *health_; }
  // What tasks work with; of the parts of this one, which must outlive it.
  work::World work_world();

  // As a user would, by JSON. Fails the test when it is refused.
  json::Value create(std::string_view word, std::string_view name_space, std::string_view json_text);
  void change(std::string_view word, std::string_view name_space, std::string_view name,
              const std::function<void(json::Value&)>& change);
  // As the server itself does when it is time, to its end; `operation` names the Operation, of Seed europe, which the
  // server forgets as soon as its outcome is in the status of the Seed.
  void list_destination(const std::string& destination, const std::string& operation);
  void remove(std::string_view word, std::string_view name_space, std::string_view name);
  json::Value get(std::string_view word, std::string_view name_space, std::string_view name);  // null: none
  std::vector<json::Value> list(std::string_view word, std::string_view name_space);

  // Until it is as wished, looked at every few milliseconds of real time. False after `most`.
  static bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds most = std::chrono::seconds(20));

  // A Cluster, its namespace and a Seed "europe" with the local destination "disk" at `path`.
  void make_seed(const std::string& path, std::string_view more = "");
  void make_cluster(const std::string& name, const std::vector<std::string>& endpoints);

 private:
  Result<std::unique_ptr<store::Store>> open_store();

  ControlPlaneOptions options_;
  api::Kinds kinds_;
  registry::Sealer sealer_;
  os::Environment environment_;
  std::unique_ptr<store::RevisionFloor> floor_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<registry::Registry> registry_;
  std::unique_ptr<registry::WatchHub> hub_;
  std::unique_ptr<control::Manager> manager_;
  std::unique_ptr<work::Runner> runner_;
  std::unique_ptr<control::Recorder> recorder_;
  std::unique_ptr<work::HealthWatch> health_;
};

// The text of a field, for expectations.
std::string text_of(const json::Value& object, api::FieldNames names);

}  // namespace holdfast::test
