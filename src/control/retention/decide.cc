#include "control/retention/decide.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "control/retention/rules.h"

namespace holdfast::control {
namespace {

using Indices = std::vector<std::size_t>;

constexpr std::string_view kOfAnother = "its object is that of another entry";

class Decision {
 public:
  Decision(const RetentionPolicy& policy, std::span<const BackupFacts> backups, Instant now)
      : policy_(policy), backups_(backups), now_(now), verdicts_(backups.size()) {}

  RetentionDecision make() && {
    Indices counted;
    Indices failed;
    for (std::size_t i = 0; i < backups_.size(); ++i) {
      if (!classify(i)) continue;
      (backups_[i].state == BackupState::good ? counted : failed).push_back(i);
    }
    set_copies_aside(counted);
    judge_good(counted);
    judge_failed(std::move(failed));
    judge_copies();
    protect_made_last();
    spare_shared_objects();
    Indices removals = removed();
    return {.verdicts = std::move(verdicts_), .removals = std::move(removals)};
  }

 private:
  void set(std::size_t i, Fate fate, std::string reason) {
    verdicts_[i].fate = fate;
    verdicts_[i].reasons = {std::move(reason)};
  }

  void protect(std::size_t i, std::string reason) {
    if (verdicts_[i].fate != Fate::keep) verdicts_[i].reasons.clear();
    verdicts_[i].fate = Fate::keep;
    verdicts_[i].reasons.push_back(std::move(reason));
  }

  // Says what has nothing to do with the rules. True when the rules decide.
  bool classify(std::size_t i) {
    const BackupFacts& backup = backups_[i];
    const bool good = backup.state == BackupState::good;
    switch (backup.state) {
      case BackupState::waiting:
        set(i, Fate::not_counted, "not started");
        return false;
      case BackupState::running:
        set(i, Fate::not_counted, "still running");
        return false;
      case BackupState::removing:
        set(i, Fate::not_counted, "being removed");
        return false;
      case BackupState::foreign:
        set(i, Fate::not_counted, "not made by this config");
        return false;
      case BackupState::good:
      case BackupState::failed:
      case BackupState::missing:
        break;
    }
    if (policy_.one_time) {
      set(i, good ? Fate::keep : Fate::not_counted, good ? "one-time backup" : "failed");
      if (good && backup.pinned) protect(i, "pinned");
    } else if (backup.pinned) {
      set(i, Fate::keep, "pinned");
    } else if (good && backup.slot > now_) {
      set(i, Fate::not_counted, "its time lies in the future");
    } else {
      return true;
    }
    return false;
  }

  // Newest first, in one order whatever the order given.
  void sort_newest_first(Indices& indices) const {
    std::sort(indices.begin(), indices.end(), [&](std::size_t a, std::size_t b) {
      const BackupFacts& left = backups_[a];
      const BackupFacts& right = backups_[b];
      if (left.slot != right.slot) return left.slot > right.slot;
      if (left.made != right.made) return left.made > right.made;
      return left.name > right.name;
    });
  }

  // Leaves one of each name in `counted`, newest first; none of a name that an entry says to be damaged.
  void set_copies_aside(Indices& counted) {
    std::set<std::string_view> damaged;
    for (const BackupFacts& each : backups_) {
      if (each.state == BackupState::failed) damaged.insert(each.name);
    }
    sort_newest_first(counted);
    std::map<std::string_view, std::size_t> first_of;
    std::erase_if(counted, [&](std::size_t i) {
      if (damaged.count(backups_[i].name) != 0) {
        set(i, Fate::not_counted, "another entry says that its object is damaged");
        return true;
      }
      const auto [first, is_first] = first_of.emplace(backups_[i].name, i);
      if (!is_first) copies_.emplace_back(i, first->second);
      return !is_first;
    });
  }

  // As the first of their name was judged.
  void judge_copies() {
    for (const auto& [copy, first] : copies_) {
      if (verdicts_[first].fate == Fate::remove) {
        verdicts_[copy] = verdicts_[first];
      } else {
        set(copy, Fate::keep, std::string(kOfAnother));
      }
      protect_from_others(copy);
    }
  }

  // `counted` from the newest to the oldest.
  void judge_good(const Indices& counted) {
    std::map<std::string_view, Indices> by_etcd;
    for (const std::size_t i : counted)
      by_etcd[backups_[i].etcd].push_back(i);
    for (const auto& each : by_etcd)
      judge_one_etcd(each.second, each.second.front() == counted.front());
  }

  void judge_one_etcd(const Indices& counted, bool is_newest) {
    std::vector<Instant> slots;
    for (const std::size_t i : counted)
      slots.push_back(backups_[i].slot);
    auto reasons = kept_by_rules(policy_, slots);
    for (std::size_t at = 0; at < counted.size(); ++at) {
      const std::size_t i = counted[at];
      if (reasons[at].empty()) {
        set(i, Fate::remove, "beyond " + rules_in_words(policy_));
      } else {
        verdicts_[i] = {.fate = Fate::keep, .reasons = std::move(reasons[at])};
      }
      if (at == 0) protect(i, is_newest ? "newest good backup" : "newest good backup of another etcd");
      protect_from_others(i);
    }
  }

  void judge_failed(Indices failed) {
    sort_newest_first(failed);
    for (std::size_t at = 0; at < failed.size(); ++at) {
      const std::size_t i = failed[at];
      if (at < kFailuresKept) {
        set(i, Fate::not_counted, "failed");
        continue;
      }
      set(i, Fate::remove, fmt::format("beyond the {} latest failures", kFailuresKept));
      protect_from_others(i);
    }
  }

  void protect_from_others(std::size_t i) {
    const BackupFacts& backup = backups_[i];
    if (backup.in_use) protect(i, "used by a running restore");
    if (backup.locked_until && *backup.locked_until > now_)
      protect(i, "object lock until " + format_instant(*backup.locked_until));
    if (backup.taken_over_until && *backup.taken_over_until > now_ && verdicts_[i].fate == Fate::remove)
      protect(i, "older than this backup config, which removes it from " + format_instant(*backup.taken_over_until) +
                     " on");
  }

  // By slot it may look old, if the clock was behind when it was made.
  void protect_made_last() {
    const auto made = [](const BackupFacts& each) { return each.state == BackupState::good ? each.made : 0; };
    std::uint64_t last = 0;
    for (const BackupFacts& each : backups_)
      last = std::max(last, made(each));
    for (std::size_t i = 0; i < backups_.size() && last != 0; ++i) {
      if (made(backups_[i]) == last && verdicts_[i].fate == Fate::remove) protect(i, "made last");
    }
  }

  void spare_shared_objects() {
    std::map<std::string_view, std::size_t> staying;
    for (std::size_t i = 0; i < backups_.size(); ++i) {
      if (verdicts_[i].fate != Fate::remove && backups_[i].state != BackupState::missing) ++staying[backups_[i].name];
    }
    for (std::size_t i = 0; i < backups_.size(); ++i) {
      if (verdicts_[i].fate == Fate::remove && staying.count(backups_[i].name) != 0)
        protect(i, std::string(kOfAnother));
    }
  }

  Indices removed() const {
    Indices removed;
    for (std::size_t i = 0; i < verdicts_.size(); ++i) {
      if (verdicts_[i].fate == Fate::remove) removed.push_back(i);
    }
    sort_newest_first(removed);
    std::reverse(removed.begin(), removed.end());
    return removed;
  }

  const RetentionPolicy& policy_;
  const std::span<const BackupFacts> backups_;
  const Instant now_;
  std::vector<Verdict> verdicts_;
  std::vector<std::pair<std::size_t, std::size_t>> copies_;  // with the first of their name
};

}  // namespace

RetentionDecision decide(const RetentionPolicy& policy, std::span<const BackupFacts> backups, Instant now) {
  return Decision(policy, backups, now).make();
}

}  // namespace holdfast::control
