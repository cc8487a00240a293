// Where an object lies in the store: "o/GROUP/PLURAL/NAMESPACE/NAME". The group of Kubernetes' own kinds is "core", the
// namespace of kinds that lie in none is "_". No part can hold a '/', so that prefixes never run into each other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/kind.h"

namespace holdfast::registry {

constexpr std::string_view kObjectPrefix = "o/";

struct ObjectId {
  std::string name_space;  // empty for kinds that lie in none
  std::string name;
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

std::string object_key(const api::Kind& kind, const ObjectId& id);
// Of all objects of a kind; with a namespace, of those in it.
std::string kind_prefix(const api::Kind& kind, std::string_view name_space = "");

// The parts of a key, pointing into it.
struct KeyParts {
  std::string_view group;  // empty: core
  std::string_view plural;
  std::string_view name_space;  // empty: none
  std::string_view name;
};
// Nothing when the key is not one of an object.
std::optional<KeyParts> parse_key(std::string_view key);

}  // namespace holdfast::registry
