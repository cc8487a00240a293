#include "work/places.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/destination_place.h"
#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {

Result<Places> Places::read(World& world) {
  Places places(world);
  HF_ASSIGN(const std::vector<json::Value> seeds, control::list_all(world.registry, control::kSeedType, ""));
  for (const json::Value& seed : seeds) {
    for (const std::string& name : api::destination_names(seed))
      places.places_.push_back({.seed = std::string(control::name_of(seed)),
                                .destination = name,
                                .before_key = api::destination_place(*control::destination_of(seed, name))});
  }
  return places;
}

const Places::Place* Places::find(std::string_view seed, std::string_view destination) const {
  const auto found = std::find_if(places_.begin(), places_.end(), [&](const Place& each) {
    return each.seed == seed && each.destination == destination;
  });
  return found == places_.end() ? nullptr : &*found;
}

// One that is not there yet has its name alone.
std::string Places::identity(const std::string& directory) const {
  if (const auto known = directories_.find(directory); known != directories_.end()) return known->second;
  const auto info = world_->files.stat(directory.empty() ? "/" : directory);
  const bool is_there = info && *info && (*info)->kind == os::FileKind::directory;
  const std::string identity = is_there ? fmt::format("directory {}:{}", (*info)->device, (*info)->inode) : directory;
  directories_.emplace(directory, identity);
  return identity;
}

std::string Places::real(const std::string& path) const {
  if (!path.starts_with('/')) return path;
  const std::size_t slash = path.rfind('/');
  return identity(path.substr(0, slash)) + path.substr(slash);
}

std::optional<std::string> Places::address(std::string_view seed, std::string_view destination,
                                           std::string_view key) const {
  const Place* place = find(seed, destination);
  if (place == nullptr) return std::nullopt;
  return real(place->before_key + std::string(key));
}

std::optional<std::string> Places::address(const json::Value& backup) const {
  return address(api::text_at(backup, {"spec", "seed"}), api::text_at(backup, {"spec", "destination"}),
                 api::text_at(backup, {"spec", "objectKey"}));
}

bool Places::lies_deeper(std::string_view seed, std::string_view destination, std::string_view address) const {
  const Place* own = find(seed, destination);
  if (own == nullptr) return false;
  const std::string own_start = real(own->before_key);
  const bool own_holds = address.starts_with(own_start);
  return std::any_of(places_.begin(), places_.end(), [&](const Place& each) {
    const std::string start = real(each.before_key);
    return address.starts_with(start) && (!own_holds || start.size() > own_start.size());
  });
}

bool Places::is_held_by(std::string_view seed, std::string_view destination, std::string_view address) const {
  return std::any_of(places_.begin(), places_.end(), [&](const Place& each) {
    return each.seed == seed && each.destination == destination && address.starts_with(real(each.before_key));
  });
}

bool Places::is_listed_by(std::string_view seed, std::string_view address) const {
  return std::any_of(places_.begin(), places_.end(), [&](const Place& each) {
    return each.seed == seed && is_held_by(seed, each.destination, address) &&
           !lies_deeper(seed, each.destination, address);
  });
}

}  // namespace holdfast::work
