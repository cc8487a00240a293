#include "repository/difference/cluster_difference.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/core.h>

#include "repository/difference/live_keys.h"

namespace holdfast::repository {
namespace {

using snapshot::History;
using snapshot::KeyListing;

std::vector<snapshot::ListedMember> as_listed(const etcd::MemberList& list) {
  std::vector<snapshot::ListedMember> members;
  for (const etcd::Member& member : list.members)
    members.push_back({.id = member.id, .name = member.name, .peer_urls = member.peer_urls});
  std::ranges::sort(members, {}, &snapshot::ListedMember::id);
  return members;
}

bool have_one_in_common(const std::vector<snapshot::ListedMember>& a, const std::vector<snapshot::ListedMember>& b) {
  return std::ranges::any_of(a, [&](const snapshot::ListedMember& member) {
    return std::ranges::find(b, member.id, &snapshot::ListedMember::id) != b.end();
  });
}

void warn_of_many_leases(const KeyListing& listing, std::vector<std::string>& warnings) {
  if (listing.leases().size() >= listing.facts().lease_count) return;
  warnings.push_back(fmt::format("the snapshot has {} leases, of which the first {} are compared",
                                 listing.facts().lease_count, listing.leases().size()));
}

class ClusterComparison {
 public:
  ClusterComparison(const KeyListing& backup, etcd::Client& client, const DifferenceOptions& options)
      : backup_(backup), client_(client), options_(options) {}

  Result<ClusterDifference> run() {
    result_.backup_revision = backup_.revision();
    result_.backup_cluster_id = options_.backup_cluster_id;
    ask_members();
    result_.with_values = options_.read_values == ReadValues::always ||
                          (options_.read_values == ReadValues::when_needed && !same_cluster());
    HF_TRY(compare_keys());
    if (options_.read_values == ReadValues::when_needed && !result_.with_values &&
        result_.keys.history == History::other) {
      result_.with_values = true;
      HF_TRY(compare_keys());
    }
    ask_leases();
    if (!result_.with_values && result_.keys.history == History::other) {
      result_.warnings.emplace_back(
          "the cluster is not what became of this backup: without values, keys of the same revision may differ unseen");
    }
    return std::move(result_);
  }

 private:
  void ask_members() {
    const auto list = client_.member_list();
    if (!list) {
      result_.warnings.push_back("the members of the cluster could not be asked for: " + list.error().to_string());
      return;
    }
    result_.present_cluster_id = list->cluster_id;
    members_ = as_listed(*list);
    result_.members = snapshot::compare_members(backup_.members(), members_);
  }

  bool same_cluster() const {
    if (result_.backup_cluster_id && result_.present_cluster_id)
      return *result_.backup_cluster_id == *result_.present_cluster_id;
    return have_one_in_common(backup_.members(), members_);
  }

  void ask_leases() {
    auto leases = client_.leases();
    if (!leases) {
      result_.warnings.push_back("the leases of the cluster could not be asked for: " + leases.error().to_string());
      return;
    }
    std::ranges::sort(*leases);
    warn_of_many_leases(backup_, result_.warnings);
    result_.leases = snapshot::compare_leases(backup_.leases(), *leases);
  }

  // A compaction may take the listed revision away: then from the beginning.
  Status compare_keys() {
    for (int attempt = 1;; ++attempt) {
      HF_ASSIGN(const auto backup, backup_.open());
      HF_ASSIGN(const auto present, LiveKeys::open(client_, {.with_values = result_.with_values,
                                                             .digest_seed = options_.digest_seed,
                                                             .page = options_.page}));
      auto keys = snapshot::compare_keys(
          {.keys = *backup, .revision = backup_.revision()},
          {.keys = *present, .revision = present->revision(), .has_values = result_.with_values}, options_.compare);
      if (!keys && present->was_compacted() && attempt < options_.attempts) continue;
      if (!keys) return tl::unexpected<Error>(std::move(keys).error());
      result_.keys = std::move(*keys);
      result_.present_revision = present->revision();
      if (present->without_leader() && !warned_) {
        warned_ = true;
        result_.warnings.emplace_back(
            "the cluster has no leader: this is what one member has, which may lack what the others agreed on last");
      }
      return {};
    }
  }

  const KeyListing& backup_;
  etcd::Client& client_;
  const DifferenceOptions& options_;
  ClusterDifference result_;
  std::vector<snapshot::ListedMember> members_;
  bool warned_ = false;
};

}  // namespace

Result<ClusterDifference> compare_with_cluster(const KeyListing& backup, etcd::Client& client,
                                               const DifferenceOptions& options) {
  return ClusterComparison(backup, client, options).run();
}

Result<ClusterDifference> compare_snapshots(const KeyListing& backup, const KeyListing& present,
                                            const snapshot::CompareOptions& options) {
  ClusterDifference result{.backup_revision = backup.revision(), .present_revision = present.revision()};
  HF_ASSIGN(const auto from, backup.open());
  HF_ASSIGN(const auto to, present.open());
  HF_ASSIGN(result.keys, snapshot::compare_keys({.keys = *from, .revision = backup.revision()},
                                                {.keys = *to, .revision = present.revision()}, options));
  warn_of_many_leases(backup, result.warnings);
  warn_of_many_leases(present, result.warnings);
  result.leases = snapshot::compare_leases(backup.leases(), present.leases());
  result.members = snapshot::compare_members(backup.members(), present.members());
  return result;
}

}  // namespace holdfast::repository
