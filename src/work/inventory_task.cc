// Operations of type Inventory: what lies in a destination and is not in the catalogue comes into it; what is in the
// catalogue and not there is marked.
#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "work/catalogue.h"
#include "work/container/own_storage.h"
#include "work/destination.h"
#include "work/places.h"
#include "work/surroundings.h"
#include "work/task.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/ownership.h"
#include "control/schedule/backup_name.h"

namespace holdfast::work {
namespace {

using repository::Entry;
using repository::EntryState;

// A Backup without status that is older than this was left behind.
constexpr control::Seconds kBeingMade{600};

// A Backup whose destination has it still gets a new lastSeenTime when the old one is older than this: writing it each
// time would be a write for every stored backup there is.
constexpr control::Seconds kSeenAnew{24 * 3600};

// What is remembered of a Backup of the catalogue; there may be very many.
struct Known {
  std::string name_space;
  std::string name;
  std::string phase;
  control::Instant created;
  std::optional<control::Instant> finished;
  std::optional<control::Instant> seen;
  bool going = false;
  bool read_damaged = false;      // found when its bytes were read, which a list does not do
  bool own = false;               // of this destination, not of another one that leads here
  bool by_container = false;      // stored by an own container
  std::int64_t stored_bytes = 0;  // as it was said; 0: nothing was
};

Known known_of(const json::Value& backup) {
  return {.name_space = std::string(control::namespace_of(backup)),
          .name = std::string(control::name_of(backup)),
          .phase = std::string(api::text_at(backup, {"status", "phase"})),
          .created = control::created(backup).value_or(control::kFirstInstant),
          .finished = control::time_at(backup, {"status", "finishedTime"}),
          .seen = control::time_at(backup, {"status", "lastSeenTime"}),
          .going = control::is_going(backup),
          .read_damaged = !api::text_at(backup, {"status", "damagedTime"}).empty(),
          .own = false,
          .by_container = is_stored_by_container(backup),
          .stored_bytes = control::number_at(backup, {"status", "storedBytes"}).value_or(0)};
}

// It lies there whole again. What reading found, only another reading takes back.
void bring_back(const Known& backup, json::Object& status) {
  if (backup.read_damaged && backup.phase == "Damaged") return;
  status["phase"] = backup.read_damaged ? "Damaged" : "Completed";
  status["message"] = nullptr;
  if (backup.read_damaged) status["message"] = "it was damaged when it was last read; verify it again";
}

control::BackupOrigin origin_of(const Entry& entry) {
  if (!entry.manifest) return {};
  return {.cluster_uid = entry.manifest->cluster_uid, .project = entry.manifest->project};
}

// What orphans say of themselves: cluster, its uid, its project. So many different ones are told.
using OrphanOrigin = std::array<std::string, 3>;
constexpr std::size_t kMostOrigins = 20;
struct OrphanKind {
  std::uint64_t objects = 0;
  std::string example;  // key of one
};

class Inventory {
 public:
  // `locks`: objects in the destination may be under object lock.
  Inventory(const Task& task, std::string seed, std::string destination, bool locks, Places places,
            objectstore::ObjectStore& store)
      : task_(task),
        seed_(std::move(seed)),
        destination_(std::move(destination)),
        locks_(locks),
        places_(std::move(places)),
        store_(store) {}

  Status run() {
    HF_TRY(read_catalogue());
    repository::ListOptions options;
    options.include_foreign = true;
    options.also_foreign = [&](std::string_view key) { return is_of_old_kkp(key); };
    HF_ASSIGN(const std::vector<Entry> entries, repository::Repository(store_).list("", options, task_.stop));
    for (const Entry& each : entries) {
      if (task_.stop.stop_requested()) return fail(Code::cancelled, "the inventory was stopped");
      HF_TRY(take(each));
      task_.progress.update({.phase = "inventory", .done = ++looked_at_, .total = entries.size()});
    }
    return mark_missing();
  }

  json::Object result() const {
    json::Object result{
        {"backups", whole(backups_)}, {"orphans", whole(orphans_)}, {"storedBytes", whole(stored_bytes_)}};
    json::Array list;
    for (const auto& [origin, kind] : orphans_of_) {
      json::Object each{{"objects", whole(kind.objects)}, {"example", kind.example}};
      const auto& [cluster, uid, project] = origin;
      control::set_or_erase(each, "cluster", cluster);
      control::set_or_erase(each, "clusterUid", uid);
      control::set_or_erase(each, "project", project);
      list.emplace_back(std::move(each));
    }
    result["orphansOf"] = std::move(list);
    return result;
  }

 private:
  // The Backups in this place, by whatever destinations they are reached, and the clusters there are.
  Status read_catalogue() {
    HF_TRY(control::for_each(task_.world.registry, control::kBackupType, "", [&](const json::Value& each) {
      const auto address = places_.address(each);
      const bool own =
          api::text_at(each, {"spec", "destination"}) == destination_ && api::text_at(each, {"spec", "seed"}) == seed_;
      if (!address || (!own && !places_.is_held_by(seed_, destination_, *address))) return;
      Known known = known_of(each);
      known.own = own;
      known_.emplace(*address, std::move(known));
    }));
    HF_ASSIGN(const std::vector<json::Value> seeds, control::list_all(task_.world.registry, control::kSeedType, ""));
    HF_TRY(control::for_each(task_.world.registry, control::kClusterType, "", [&](const json::Value& each) {
      clusters_.emplace(control::name_of(each), control::identity_of_cluster(each));
      const json::Value* seed = api::seed_of(each, seeds);
      if (seed != nullptr && control::name_of(*seed) != seed_)
        others_.emplace(control::name_of(each), control::name_of(*seed));
    }));
    // Clusters that are gone have their namespace, and their backups in it, still.
    HF_TRY(control::for_each(task_.world.registry, control::kNamespaceType, "", [&](const json::Value& each) {
      const std::string_view cluster = api::cluster_of_namespace(control::name_of(each));
      if (!cluster.empty()) clusters_.emplace(cluster, control::identity_of_namespace(each));
    }));
    return {};
  }

  using Clusters = std::map<std::string, control::ClusterIdentity, std::less<>>;
  using Candidates = std::vector<Clusters::const_pointer>;

  // The clusters whose names the key begins with and whose backup it can be, the longest name first.
  Candidates candidates_of_key(std::string_view key) const {
    Candidates found;
    for (std::size_t end = key.rfind('-'); end != std::string_view::npos && end > 0; end = key.rfind('-', end - 1)) {
      const auto cluster = clusters_.find(key.substr(0, end));
      if (cluster != clusters_.end() && control::backup_name_of_key(cluster->first, key)) found.push_back(&*cluster);
    }
    return found;
  }

  // The longest name, when who sees the backups of one of them sees those of the others. Empty: none.
  static std::string one_of(const Candidates& candidates) {
    if (candidates.empty()) return "";
    const std::string& project = candidates.front()->second.project;
    const bool alike = std::all_of(candidates.begin(), candidates.end(),
                                   [&](const auto* each) { return each->second.project == project; });
    return alike ? candidates.front()->first : "";
  }

  // With clusters "a" and "a-b" the key "a-b-c" can be of either. When they are of different projects, an administrator
  // decides, by the annotation of one; otherwise anybody could hide the backups of "a" by making "a-b".
  std::string cluster_of_key(std::string_view key) const {
    Candidates candidates = candidates_of_key(key);
    const std::string cluster = one_of(candidates);
    if (!cluster.empty()) return cluster;
    std::erase_if(candidates, [](const auto* each) { return !control::adopts_all(each->second.adopts); });
    return one_of(candidates);
  }

  // Its first releases gave their objects no suffix.
  bool is_of_old_kkp(std::string_view key) const {
    const std::string cluster = cluster_of_key(key);
    const auto name = cluster.empty() ? std::nullopt : control::backup_name_of_key(cluster, key);
    const auto parsed = name ? control::parse_backup_name(*name) : std::nullopt;
    return parsed && parsed->slot && parsed->suffix.empty();
  }

  std::string cluster_of(const Entry& entry) const {
    const bool says_so = entry.manifest && !entry.manifest->cluster.empty();
    const std::string cluster = says_so ? entry.manifest->cluster : cluster_of_key(entry.key);
    const auto found = clusters_.find(cluster);
    return found != clusters_.end() && control::is_of_cluster(origin_of(entry), found->second) ? cluster : "";
  }

  // Right before it comes into the namespace: that may have become somebody else's since the inventory began.
  Result<bool> is_still_of(const Entry& entry, const std::string& name) {
    registry::Registry& registry = task_.world.registry;
    HF_ASSIGN(const json::Value cluster,
              control::get_or_null(registry, control::kClusterType, {.name_space = "", .name = name}));
    if (!cluster.is_null()) return control::is_of_cluster(origin_of(entry), control::identity_of_cluster(cluster));
    HF_ASSIGN(const json::Value space, control::get_or_null(registry, control::kNamespaceType,
                                                            {.name_space = "", .name = api::cluster_namespace(name)}));
    return !space.is_null() && control::is_of_cluster(origin_of(entry), control::identity_of_namespace(space));
  }

  Status leave(const Entry& entry) {
    ++orphans_;
    OrphanOrigin origin;
    if (entry.manifest) origin = {entry.manifest->cluster, entry.manifest->cluster_uid, entry.manifest->project};
    if (orphans_of_.size() >= kMostOrigins && !orphans_of_.contains(origin)) return {};
    OrphanKind& kind = orphans_of_[origin];
    if (kind.objects++ == 0) kind.example = entry.key;
    return {};
  }

  Status take(const Entry& entry) {
    const std::string address = places_.address(seed_, destination_, entry.key).value_or(entry.key);
    const auto [first, last] = known_.equal_range(address);
    if (first == last) return take_unknown(entry, address);
    ++backups_;
    stored_bytes_ += entry.stored_size;
    for (auto each = first; each != last; ++each)
      HF_TRY(refresh(entry, each->second));
    known_.erase(first, last);
    return {};
  }

  Status take_unknown(const Entry& entry, const std::string& address) {
    // It comes into the catalogue by the destination that begins at its folder.
    if (places_.lies_deeper(seed_, destination_, address)) return {};
    const std::string cluster = cluster_of(entry);
    const auto other = others_.find(cluster);
    if (other != others_.end() && places_.is_listed_by(other->second, address)) return {};
    stored_bytes_ += entry.stored_size;
    if (cluster.empty() || other != others_.end()) return leave(entry);
    HF_ASSIGN(const bool is_theirs, is_still_of(entry, cluster));
    if (!is_theirs) return leave(entry);
    ++backups_;
    return add(entry, cluster);
  }

  Status add(const Entry& entry, const std::string& cluster) {
    BackupPlace place{.cluster = cluster,
                      .config = "",
                      .seed = seed_,
                      .destination = destination_,
                      .backup_name = "",
                      .object_key = entry.key};
    const std::string key = repository::last_segment(entry.key);
    place.backup_name = control::backup_name_of_key(cluster, key).value_or(key);
    const auto parsed = control::parse_backup_name(place.backup_name);
    const bool by_hand = parsed && parsed->config == api::kByHand;
    if (parsed && !by_hand && (parsed->slot || entry.manifest)) place.config = parsed->config;
    json::Object status = entry.manifest ? status_of_manifest(*entry.manifest) : status_of_foreign(entry);
    judge(entry, status);
    if (locks_) add_lock(status, entry.key, store_, task_.stop);
    HF_ASSIGN(const std::string name, record_found(task_.world, place, status, places_, task_.guard));
    static_cast<void>(name);
    return {};
  }

  Status refresh(const Entry& entry, const Known& backup) {
    const control::Instant now = control::to_instant(task_.world.clock.now());
    const bool is_new = backup.phase.empty();
    if (is_new && backup.created + kBeingMade > now) return {};  // being made just now
    json::Object status;
    // Whoever made it was broken off before it was complete.
    if (is_new) status = entry.manifest ? status_of_manifest(*entry.manifest) : status_of_foreign(entry);
    const bool was_lost = backup.phase == "Missing" || backup.phase == "Damaged";
    if (was_lost && entry.state == EntryState::ok) bring_back(backup, status);
    if (backup.by_container && entry.state == EntryState::foreign) judge_by_size(entry, backup, status);
    judge(entry, status);
    if (is_new && locks_) add_lock(status, entry.key, store_, task_.stop);
    const bool seen_only = status.size() == 1;
    if (seen_only && backup.seen && *backup.seen <= now && now < *backup.seen + kSeenAnew) return {};
    return change_backup_status(task_.world, backup.name_space, backup.name, status, task_.guard);
  }

  // What a container stored has no manifest; its size is known.
  static void judge_by_size(const Entry& entry, const Known& backup, json::Object& status) {
    if (backup.stored_bytes == whole(entry.stored_size)) {
      const bool was_not_there = backup.phase == "Missing" || backup.phase == "Damaged" || !backup.seen;
      if (was_not_there) bring_back(backup, status);
    } else if (backup.seen) {
      status["phase"] = "Damaged";
      status["message"] =
          fmt::format("it has {} bytes; the container had stored {}", entry.stored_size, backup.stored_bytes);
    } else {
      status["storedBytes"] = whole(entry.stored_size);
      status["sha256"] = nullptr;
    }
  }

  void judge(const Entry& entry, json::Object& status) const {
    status["lastSeenTime"] = format_time(task_.world.clock.now());
    if (entry.state == EntryState::missing) status["phase"] = "Missing";
    if (entry.state == EntryState::size_differs || entry.state == EntryState::damaged) status["phase"] = "Damaged";
    const bool fine = entry.state == EntryState::ok || entry.state == EntryState::foreign;
    if (!fine) status["message"] = entry.problem;
  }

  // What the catalogue has and the destination had not when it was listed, unless it came only then.
  Status mark_missing() {
    const auto begun = control::created(task_.operation).value_or(control::kFirstInstant);
    for (const auto& [address, backup] : known_) {
      if (!backup.own || !backup.finished || *backup.finished >= begun || backup.going) continue;
      if (backup.by_container && !backup.seen) continue;  // it lies somewhere else
      const json::Object status{{"phase", "Missing"},
                                {"message", "its object was not in the destination when that was listed"}};
      HF_TRY(change_backup_status(task_.world, backup.name_space, backup.name, status, task_.guard));
    }
    return {};
  }

  const Task& task_;
  const std::string seed_;
  const std::string destination_;
  const bool locks_;
  const Places places_;
  objectstore::ObjectStore& store_;
  std::multimap<std::string, Known, std::less<>> known_;  // by address of the object
  Clusters clusters_;                                     // and those that are gone
  std::map<OrphanOrigin, OrphanKind> orphans_of_;
  std::map<std::string, std::string, std::less<>> others_;  // clusters of other Seeds, with these
  std::uint64_t looked_at_ = 0;
  std::uint64_t backups_ = 0;
  std::uint64_t orphans_ = 0;
  std::uint64_t stored_bytes_ = 0;
};

}  // namespace

Result<TaskOutcome> run_inventory(const Task& task) {
  HF_ASSIGN(const json::Value seed, find_seed(task.world, api::text_at(task.operation, {"spec", "seed"}), {}));
  const std::string name(api::text_at(task.operation, {"spec", "destination"}));
  HF_ASSIGN(const json::Value destination, find_destination(seed, name));
  HF_ASSIGN(OpenDestination open, OpenDestination::open(destination, name, task.world));
  const bool locks = control::number_at(destination, {"objectLockDays"}).has_value();
  HF_ASSIGN(Places places, Places::read(task.world));
  Inventory inventory(task, std::string(control::name_of(seed)), name, locks, std::move(places), open.store());
  HF_TRY(inventory.run());
  HF_ASSIGN(const bool moved, has_moved(task.world, control::name_of(seed), name, destination));
  if (moved) return tl::unexpected(moved_error(name));
  return TaskOutcome{.result = inventory.result()};
}

}  // namespace holdfast::work
