// Counts changes of keys, which come in order, in groups: by prefix, by kind and namespace. Of each the largest groups
// are kept, the others only counted. Private to snapshot/keys/.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "snapshot/keys/difference.h"
#include "snapshot/keys/object_name.h"

namespace holdfast::snapshot {

enum class Change : std::uint8_t { vanishing, returning, reverting };
void count_change(ChangeCounts& counts, Change change);

// Printable, at most 300 bytes: bytes that are no text as \xNN.
std::string shown(std::string_view key);

// Keeps the groups with the most changes. T has `counts`, and name_of(T) for groups of the same size.
template <class T>
class LargestGroups {
 public:
  explicit LargestGroups(std::size_t most) : most_(std::max<std::size_t>(most, 1)) {}

  void add(T group) {
    if (group.counts.total() == 0) return;
    groups_.push_back(std::move(group));
    if (groups_.size() >= 2 * most_) cut();
  }
  // Once.
  std::vector<T> take() {
    cut();
    return std::move(groups_);
  }
  const OtherGroups& others() const { return others_; }  // after take()

 private:
  void cut() {
    std::ranges::sort(groups_, [](const T& a, const T& b) {
      const std::uint64_t left = a.counts.total();
      const std::uint64_t right = b.counts.total();
      return left != right ? left > right : name_of(a) < name_of(b);
    });
    for (std::size_t i = most_; i < groups_.size(); ++i) {
      ++others_.groups;
      others_.counts += groups_[i].counts;
    }
    if (groups_.size() > most_) groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(most_), groups_.end());
  }

  std::size_t most_;
  std::vector<T> groups_;
  OtherGroups others_;
};

inline const std::string& name_of(const NamedCounts& group) {
  return group.name;
}
inline const std::string& name_of(const ObjectChanges& group) {
  return group.resource;
}

// Groups that lie within one another, as directories do: one that is left does not come again.
class PrefixGroups {
 public:
  explicit PrefixGroups(std::size_t most) : largest_(most) {}
  // `prefix` is a beginning of the key, and the keys come in order.
  void add(std::string_view prefix, Change change);
  CountsByName take();

 private:
  struct Open {
    std::string prefix;
    ChangeCounts counts;
  };
  void close();

  std::vector<Open> open_;  // each begins with the one before
  LargestGroups<NamedCounts> largest_;
};

// "/app/config/" for "/app/config/db/port": up to the second segment.
std::string_view prefix_of(std::string_view key);

struct GroupLimits {
  std::size_t groups = 50;
  std::size_t namespaces = 20;  // of each kind
  std::size_t names = 20;       // of each kind, for each way to change
};

class ObjectGroups {
 public:
  explicit ObjectGroups(const GroupLimits& limits) : limits_(limits), largest_(limits.groups) {}
  // The keys come in order.
  void add(const ObjectName& object, Change change);
  // Once.
  std::vector<ObjectChanges> take();
  const OtherGroups& others() const { return largest_.others(); }

 private:
  void close();

  const GroupLimits limits_;
  std::string directory_;  // of the open kind; empty: none
  ObjectChanges kind_;
  PrefixGroups namespaces_{1};
  LargestGroups<ObjectChanges> largest_;
};

}  // namespace holdfast::snapshot
