// Which stored objects are one and the same, whatever the destinations they are reached by are called.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "work/world.h"

#include "base/result.h"
#include "model/json.h"

namespace holdfast::work {

// The destinations of all Seeds as they are set now: a Backup lies where its destination leads, because there it is
// read and removed. For one thread. The world must outlive it.
class Places {
 public:
  static Result<Places> read(World& world);

  // Where an object lies; two that are equal are one object. Of a directory it names the directory itself, however one
  // gets there. Nothing when there is no such destination (any more).
  std::optional<std::string> address(std::string_view seed, std::string_view destination, std::string_view key) const;
  // The same of the object of a Backup.
  std::optional<std::string> address(const json::Value& backup) const;

  // Does another destination than this one, which begins deeper ("bucket/site-a/" in "bucket/"), hold it?
  bool lies_deeper(std::string_view seed, std::string_view destination, std::string_view address) const;
  // Does this destination of the Seed hold it?
  bool is_held_by(std::string_view seed, std::string_view destination, std::string_view address) const;
  // Does an inventory of a destination of this Seed list it, or leave it to one that begins deeper?
  bool is_listed_by(std::string_view seed, std::string_view address) const;

 private:
  struct Place {
    std::string seed;
    std::string destination;
    std::string before_key;  // of settings: api/destination_place.h
  };

  explicit Places(World& world) : world_(&world) {}
  const Place* find(std::string_view seed, std::string_view destination) const;
  std::string real(const std::string& path) const;
  std::string identity(const std::string& directory) const;

  World* world_;
  std::vector<Place> places_;
  mutable std::map<std::string, std::string, std::less<>> directories_;  // that were looked at
};

}  // namespace holdfast::work
