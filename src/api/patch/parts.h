// How apply divides an object: down to which places somebody can own a field. Read from the schema
// (x-kubernetes-map-type, -list-type, -list-map-keys); all of patch/ walks objects through this one function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/patch/field_set.h"
#include "api/schema.h"
#include "model/json.h"

namespace holdfast::api {

// A place in an object and what is known about it.
class Place {
 public:
  static Place whole_object(const Schema& schema) { return {&schema, 0, false}; }

  const Schema* schema() const { return schema_; }  // null: a field nothing is known of
  bool is_object_root() const { return level_ == 0; }
  bool is_metadata() const { return metadata_; }
  bool is_deepest() const { return level_ == kMaxFieldPath; }
  // Is this member a named field of the schema, not an entry of a map?
  bool declares(std::string_view name) const { return schema_ != nullptr && schema_->property(name) != nullptr; }
  // May any member be here?
  bool is_open() const;
  Place member(std::string_view name) const;
  Place item() const;
  // Does nobody own this member, because the server keeps it (apiVersion, metadata.uid, …)?
  bool is_untracked(std::string_view name) const;

 private:
  Place(const Schema* schema, std::size_t level, bool metadata) : schema_(schema), level_(level), metadata_(metadata) {}

  const Schema* schema_;
  std::size_t level_;
  bool metadata_;
};

enum class Division { leaf, members, keyed_list, set };

struct Part {
  std::string element;       // of FieldsV1
  const json::Value* value;  // in the divided value, which must live on
  Place place;
  bool owned_itself;  // an entry of a map or item of a list is a field of its own, besides what is in it
};

struct Parts {
  Division division = Division::leaf;
  std::vector<Part> parts = {};  // in the order of the value; no two with one element; without untracked members
};

// Finds parts by their element. `parts` must live on, unchanged.
class PartIndex {
 public:
  explicit PartIndex(const Parts& parts);
  const Part* find(std::string_view element) const;  // null: there is none

 private:
  std::vector<const Part*> sorted_;
};

// A value that is not what the schema says, or a keyed list or set in which an item has no key or two have the same, is
// a leaf: taken as a whole.
Parts divide(const Place& place, const json::Value& value);

// The key of an item of a keyed list, with the schema's defaults for missing parts. Empty: a part is missing or no
// scalar.
json::Object item_key(const Schema& list, const json::Value& item);

}  // namespace holdfast::api
