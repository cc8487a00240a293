#include "server/monitor/object_figures.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <utility>

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"

namespace holdfast::server {
namespace {

constexpr std::array<control::TypeName, 4> kTypes{control::kSeedType, control::kClusterType, control::kConfigType,
                                                  control::kBackupType};

std::uint64_t id_of(const json::Value& object) {
  return std::hash<std::string_view>()(control::name_of(object));
}

template <class Item>
void erase_id(std::vector<Item>& items, std::uint64_t id) {
  std::erase_if(items, [id](const Item& each) { return each.id == id; });
}

template <class Item>
Item& place_for(std::vector<Item>& items, std::uint64_t id) {
  const auto found = std::find_if(items.begin(), items.end(), [id](const Item& each) { return each.id == id; });
  if (found != items.end()) return *found;
  items.emplace_back().id = id;
  return items.back();
}

std::string cluster_of(const json::Value& object) {
  return std::string(api::cluster_of_namespace(control::namespace_of(object)));
}

}  // namespace

std::uint16_t ObjectTable::index_of(std::string_view destination) {
  const auto found = std::find(destinations_.begin(), destinations_.end(), destination);
  const auto index = static_cast<std::size_t>(found - destinations_.begin());
  if (found != destinations_.end()) return static_cast<std::uint16_t>(index);
  if (index == std::numeric_limits<std::uint16_t>::max()) return 0;
  destinations_.emplace_back(destination);
  return static_cast<std::uint16_t>(index);
}

void ObjectTable::put(const api::Kind& kind, const json::Value& object) {
  if (kind.kind == "Seed") {
    SeedFacts facts = seed_facts(object);
    seeds_.insert_or_assign(facts.name, std::move(facts));
    return;
  }
  if (kind.kind == "Cluster") {
    spaces_[std::string(control::name_of(object))].cluster = cluster_facts(object);
    return;
  }
  const std::string cluster = cluster_of(object);
  if (cluster.empty()) return;
  if (kind.kind == "EtcdBackupConfig") {
    place_for(spaces_[cluster].configs, id_of(object)).facts = config_facts(object);
  } else if (kind.kind == "Backup") {
    BackupFacts facts = backup_facts(object);
    facts.id = id_of(object);
    facts.destination = index_of(api::text_at(object, {"spec", "destination"}));
    place_for(spaces_[cluster].backups, facts.id) = facts;
  }
}

void ObjectTable::remove(const api::Kind& kind, const json::Value& object) {
  if (kind.kind == "Seed") {
    seeds_.erase(std::string(control::name_of(object)));
    return;
  }
  const bool is_cluster = kind.kind == "Cluster";
  const std::string cluster = is_cluster ? std::string(control::name_of(object)) : cluster_of(object);
  const auto space = spaces_.find(cluster);
  if (space == spaces_.end()) return;
  if (is_cluster) space->second.cluster.reset();
  if (kind.kind == "EtcdBackupConfig") erase_id(space->second.configs, id_of(object));
  if (kind.kind == "Backup") erase_id(space->second.backups, id_of(object));
  forget_if_empty(cluster);
}

void ObjectTable::forget_if_empty(const std::string& cluster) {
  const auto space = spaces_.find(cluster);
  const Space& it = space->second;
  if (!it.cluster && it.configs.empty() && it.backups.empty()) spaces_.erase(space);
}

std::string ObjectTable::destination_of(const Space& space, const ConfigFacts& config) const {
  if (!config.destination.empty()) return config.destination;
  const std::string seed = space.cluster ? space.cluster->seed : std::string();
  if (seed.empty() && seeds_.size() == 1) return seeds_.begin()->second.default_destination;
  const auto found = seeds_.find(seed);
  return found == seeds_.end() ? std::string() : found->second.default_destination;
}

// Takes the changes as the hub tells them.
class ObjectFigures::Follower : public registry::Watcher {
 public:
  bool on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    const std::lock_guard lock(mutex_);
    if (event->now) table_.put(*event->kind, *event->now);
    if (!event->now && event->before) table_.remove(*event->kind, *event->before);
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }

  void put(const api::Kind& kind, const json::Value& object) {
    const std::lock_guard lock(mutex_);
    table_.put(kind, object);
  }
  bool visit(const Visit& visit) {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    visit(table_);
    return true;
  }

 private:
  std::mutex mutex_;
  ObjectTable table_;   // guarded by mutex_
  bool ended_ = false;  // the same
};

ObjectFigures::ObjectFigures(registry::Registry& registry, registry::WatchHub& hub) : registry_(registry), hub_(hub) {}

ObjectFigures::~ObjectFigures() {
  end_following();
}

void ObjectFigures::end_following() {
  for (const std::uint64_t watch : std::exchange(watches_, {}))
    hub_.unwatch(watch);
  follower_.reset();
}

// An object that changes while everything is read is seen twice, the later time as it is last.
Status ObjectFigures::start_over() {
  end_following();
  const auto follower = std::make_shared<Follower>();
  HF_ASSIGN(const store::Revision from, registry_.store().revision());
  for (const control::TypeName& type : kTypes) {
    const api::Kind& kind = control::kind_of(registry_, type);
    const auto listed = registry_.list(kind, {}, [&](const json::Value& each) { follower->put(kind, each); });
    if (!listed) return tl::unexpected(control::error_of(listed.error()));
  }
  for (const control::TypeName& type : kTypes) {
    registry::WatchFilter filter;
    filter.kind = &control::kind_of(registry_, type);
    const auto watch = hub_.watch(filter, from, follower);
    if (!watch) return tl::unexpected(control::error_of(watch.error()));
    watches_.push_back(*watch);
  }
  follower_ = follower;
  return {};
}

Status ObjectFigures::read(const Visit& visit) {
  const std::lock_guard lock(reading_);
  if (follower_ && follower_->visit(visit)) return {};
  HF_TRY(start_over());
  if (!follower_->visit(visit)) return fail(Code::unavailable, "the changes of the store cannot be followed");
  return {};
}

}  // namespace holdfast::server
