#include "snapshot/keys/compare.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace holdfast::snapshot {
namespace {

constexpr std::uint64_t kProgressStep = 4096;  // keys

// One side, a key ahead.
class Side {
 public:
  explicit Side(const ListedKeys& listed) : listed_(listed) {}

  bool has_key() const { return has_key_; }
  const KeyState& key() const { return state_; }
  std::int64_t revision() const { return listed_.revision; }

  Status advance() {
    last_.swap(state_.key);
    HF_ASSIGN(has_key_, listed_.keys.next(state_));
    if (has_key_ && started_ && state_.key <= last_) return fail(Code::corrupt, "the listed keys are not in order");
    started_ = true;
    return {};
  }

 private:
  const ListedKeys& listed_;
  KeyState state_;
  std::string last_;
  bool has_key_ = false;
  bool started_ = false;
};

class Comparison {
 public:
  Comparison(const ListedKeys& backup, const ListedKeys& present, const CompareOptions& options)
      : options_(options),
        with_values_(backup.has_values && present.has_values),
        backup_(backup),
        present_(present),
        earlier_(backup.revision <= present.revision ? backup_ : present_),
        later_(backup.revision <= present.revision ? present_ : backup_),
        prefixes_(options.limits.groups),
        objects_(options.limits) {}

  Result<KeyDifference> run() {
    HF_TRY(backup_.advance());
    HF_TRY(present_.advance());
    while (backup_.has_key() || present_.has_key()) {
      if (options_.stop.stop_requested()) return fail(Code::cancelled, "stopped while comparing keys");
      HF_TRY(step());
    }
    difference_.prefixes = prefixes_.take();
    difference_.objects = objects_.take();
    difference_.other_objects = objects_.others();
    if (difference_.contradictions > 0) {
      difference_.history = History::other;
    } else if (common_ > 0) {
      difference_.history = History::same;
    }
    return std::move(difference_);
  }

 private:
  Status step() {
    const int order = compare_ahead();
    if (order < 0) {
      take_single(backup_, Change::returning);
    } else if (order > 0) {
      take_single(present_, Change::vanishing);
    } else {
      take_both();
    }
    if (order <= 0) HF_TRY(backup_.advance());
    if (order >= 0) HF_TRY(present_.advance());
    compared_ += order == 0 ? 2 : 1;
    if (options_.on_progress && compared_ - reported_ >= kProgressStep) options_.on_progress(reported_ = compared_);
    return {};
  }

  int compare_ahead() const {
    if (!present_.has_key()) return -1;
    if (!backup_.has_key()) return 1;
    return backup_.key().key.compare(present_.key().key);
  }

  // The earlier side may have keys that were deleted later; the later one may only have keys that are younger.
  void take_single(const Side& side, Change change) {
    if (&side == &later_ && side.key().mod_revision <= earlier_.revision()) ++difference_.contradictions;
    count(side.key().key, change);
  }

  void take_both() {
    const KeyState& backup = backup_.key();
    const KeyState& present = present_.key();
    const bool same_revision = backup.mod_revision == present.mod_revision;
    const bool same_value = backup.value_digest == present.value_digest && backup.value_size == present.value_size;
    if (same_revision) {
      const bool same = backup.create_revision == present.create_revision && backup.version == present.version &&
                        backup.lease == present.lease && (same_value || !with_values_);
      ++(same ? common_ : difference_.contradictions);
    } else if (later_.key().mod_revision <= earlier_.revision()) {
      ++difference_.contradictions;
    }
    const bool unchanged = with_values_ ? same_value && backup.lease == present.lease : same_revision;
    if (unchanged) {
      ++difference_.unchanged;
    } else {
      count(present.key, Change::reverting);
    }
  }

  void count(std::string_view key, Change change) {
    count_change(difference_.counts, change);
    const auto object = parse_object_name(key, options_.roots);
    prefixes_.add(object ? object->root : prefix_of(key), change);
    if (object) objects_.add(*object, change);
  }

  const CompareOptions& options_;
  const bool with_values_;
  Side backup_;
  Side present_;
  const Side& earlier_;
  const Side& later_;
  PrefixGroups prefixes_;
  ObjectGroups objects_;
  KeyDifference difference_;
  std::uint64_t common_ = 0;  // keys that are the same, revisions and all
  std::uint64_t compared_ = 0;
  std::uint64_t reported_ = 0;
};

template <class T, class IdOf>
std::vector<T> without(const std::vector<T>& all, const std::vector<T>& others, IdOf id_of) {
  std::vector<T> rest;
  std::ranges::copy_if(all, std::back_inserter(rest), [&](const T& one) {
    return std::ranges::none_of(others,
                                [&](const T& other) { return std::invoke(id_of, other) == std::invoke(id_of, one); });
  });
  return rest;
}

}  // namespace

Result<KeyDifference> compare_keys(const ListedKeys& backup, const ListedKeys& present, const CompareOptions& options) {
  return Comparison(backup, present, options).run();
}

LeaseDifference compare_leases(const std::vector<std::int64_t>& backup, const std::vector<std::int64_t>& present) {
  LeaseDifference difference;
  auto at = present.begin();
  for (const std::int64_t id : backup) {
    while (at != present.end() && *at < id) {
      ++difference.vanishing;
      ++at;
    }
    const bool both = at != present.end() && *at == id;
    ++(both ? difference.kept : difference.returning);
    if (both) ++at;
  }
  difference.vanishing += static_cast<std::uint64_t>(present.end() - at);
  return difference;
}

MemberDifference compare_members(const std::vector<ListedMember>& backup, const std::vector<ListedMember>& present) {
  return {.joined = without(present, backup, &ListedMember::id), .left = without(backup, present, &ListedMember::id)};
}

}  // namespace holdfast::snapshot
