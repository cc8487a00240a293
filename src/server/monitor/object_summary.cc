#include "server/monitor/object_summary.h"

#include <algorithm>
#include <map>

namespace holdfast::server {
namespace {

bool lies_there(const BackupFacts& backup) {
  return backup.phase != BackupPhase::missing;
}

void take(ObjectSummary::Place& place, const BackupFacts& backup) {
  ++place.objects;
  if (backup.empty) ++place.empty;
  place.newest = std::max(place.newest, backup.stored);
}

class Summing {
 public:
  explicit Summing(const ObjectTable& table) : table_(table) {}

  ObjectSummary run() {
    for (const auto& [name, space] : table_.spaces())
      add_space(name, space);
    for (const auto& [name, seed] : table_.seeds())
      sum_.seeds.push_back(seed);
    for (auto& [index, destination] : destinations_)
      sum_.destinations.push_back(std::move(destination));
    return std::move(sum_);
  }

 private:
  void add_space(const std::string& name, const ObjectTable::Space& space) {
    std::map<std::string, ObjectSummary::Place> places;
    const auto place_at = [&](const std::string& destination) -> ObjectSummary::Place& {
      ObjectSummary::Place& place = places[destination];
      place.cluster = name;
      place.destination = destination;
      return place;
    };
    BackupFacts newest;
    for (const BackupFacts& backup : space.backups) {
      ++sum_.phases.at(static_cast<std::size_t>(backup.phase));
      if (backup.phase == BackupPhase::completed && backup.stored >= newest.stored) newest = backup;
      if (!lies_there(backup)) continue;
      take(place_at(table_.destination(backup.destination)), backup);
      add_destination(backup);
    }
    for (const ObjectTable::Config& config : space.configs) {
      const std::string destination = table_.destination_of(space, config.facts);
      if (space.cluster && !destination.empty()) place_at(destination);
      sum_.configs.push_back({.cluster = name, .facts = config.facts});
    }
    if (space.cluster) sum_.clusters.push_back({.name = name, .facts = *space.cluster, .newest = newest});
    for (auto& [destination, place] : places)
      sum_.places.push_back(std::move(place));
  }

  void add_destination(const BackupFacts& backup) {
    ObjectSummary::Destination& destination = destinations_[backup.destination];
    destination.name = table_.destination(backup.destination);
    ++destination.objects;
    destination.stored_bytes += backup.stored_bytes;
  }

  const ObjectTable& table_;
  ObjectSummary sum_;
  std::map<std::uint16_t, ObjectSummary::Destination> destinations_;
};

}  // namespace

ObjectSummary summarize(const ObjectTable& table) {
  return Summing(table).run();
}

}  // namespace holdfast::server
