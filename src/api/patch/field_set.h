// A set of fields of an object, as metadata.managedFields stores it (FieldsV1): a trie.
//
// A path is a list of elements, each in the notation of FieldsV1:
//   f:name          a member of an object
//   k:{"a":"x"}     the item of a keyed list with this key; k:{…} and v:… are kept in canonical JSON
//   v:"x"           a member of a set
//                   what they hold are texts, booleans, nulls and whole numbers (json::is_whole)
//   i:0             an item by its place; read, never made
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

// Nobody owns anything deeper: what lies there belongs to its container. Keeps managedFields, which mirror the object,
// within the levels that can be read again.
constexpr std::size_t kMaxFieldPath = 24;

struct FieldChild;
using FieldPath = std::vector<std::string>;

// One node: what is in the set at and below one place. A value; equal sets are equal nodes.
class FieldSet {
 public:
  // Code::corrupt names the element that is none, or says that a path has more than kMaxFieldPath elements.
  static Result<FieldSet> parse(const json::Value& fields_v1, std::size_t levels_left = kMaxFieldPath);
  // Canonical: "." first, then in byte order.
  json::Value to_json() const;

  bool member() const { return member_; }  // is this very place in the set?
  bool empty() const { return !member_ && children_.empty(); }
  std::size_t size() const;  // paths in the set
  bool has(const FieldPath& path) const;
  // Null when nothing at or below that element is in the set.
  const FieldSet* child(std::string_view element) const;
  const std::vector<FieldChild>& children() const { return children_; }
  // Calls with every path in the set, containers before what is in them.
  void for_each(const std::function<void(const FieldPath&)>& visit) const;

  void insert(const FieldPath& path);
  void set_member(bool member) { member_ = member; }
  // Adds what lies below `element`, which must not be there yet; nothing when `below` is empty. Call sort() after the
  // last.
  void append(std::string element, FieldSet below);
  void sort();

  friend FieldSet unite(const FieldSet& a, const FieldSet& b);
  friend FieldSet intersect(const FieldSet& a, const FieldSet& b);
  friend FieldSet subtract(const FieldSet& a, const FieldSet& b);  // exactly these paths, not what is below them
  friend bool operator==(const FieldSet& a, const FieldSet& b);

 private:
  bool member_ = false;
  std::vector<FieldChild> children_;  // in byte order; none empty
};

struct FieldChild {
  std::string element;
  FieldSet below;
  friend bool operator==(const FieldChild&, const FieldChild&) = default;
};

// Of many sets, two and two, so that a large one is not copied once for each small one.
FieldSet unite_all(std::vector<FieldSet> sets);

// May an item of a set be this value, or a part of a key?
bool is_identity(const json::Value& value);

std::string field_element(std::string_view name);     // "f:name"
std::string value_element(const json::Value& value);  // v:…
std::string key_element(const json::Object& key);     // k:{…}
// As people read it, and clients get it in conflicts: `.spec.list[name="c1"].keep`, `.metadata.finalizers[="x"]`.
std::string path_text(const FieldPath& path);

}  // namespace holdfast::api
