// After the first decision: the members put the new data in place, each for itself, and prove it.
#include <algorithm>

#include <fmt/format.h>

#include "control/restore/deciding.h"
#include "control/restore/help.h"
#include "control/restore/members.h"

namespace holdfast::control {
namespace {

// What its etcd says of itself after the start is not what was staged.
bool is_wrong(const RestoreRecord& record, const MemberRecord& member) {
  if (!has_done(member, OrderType::start) || member.order.under == Decision::return_) return false;
  return !is_restored(record, member);
}

// It was started by itself and went on to where the staged revision lies no more above it: time would run backwards.
bool is_ahead(const Deciding& deciding, const MemberRecord& member) {
  return deciding.view.spec.bump.kind != RevisionBump::Kind::off && has_done(member, OrderType::stop) &&
         member.stopped && member.stopped->revision && deciding.record.staged &&
         *member.stopped->revision >= deciding.record.staged->revision;
}

struct Count {
  std::size_t all = 0;
  std::size_t restored = 0;
  std::size_t lost = 0;  // of the others
  std::size_t away = 0;  // of the others
  std::size_t heard = 0;
};

Count count(const Deciding& deciding) {
  const RestoreRecord& record = deciding.record;
  Count result{.all = record.members.size()};
  for (const MemberRecord& each : record.members) {
    const bool silent = is_silent(deciding.view, each, deciding.now);
    if (!silent) ++result.heard;
    if (is_restored(record, each)) {
      ++result.restored;
    } else if (is_away(deciding.view, each, deciding.now)) {
      ++result.away;
    } else if (is_lost(deciding.view, each, deciding.now)) {
      ++result.lost;
    }
  }
  return result;
}

// Why the new data cannot stay; empty: it may yet.
std::string why_back(const Deciding& deciding, const Count& members) {
  const RestoreRecord& record = deciding.record;
  for (const MemberRecord& each : record.members) {
    if (is_wrong(record, each))
      return fmt::format("{} does not hold what was staged: cluster id {}, revision {}, hash {} instead of {}, {}, {}",
                         each.name, each.proved->cluster_id, each.proved->revision, each.proved->hash,
                         record.staged->cluster_id, record.staged->revision, record.staged->hash);
    if (is_ahead(deciding, each))
      return fmt::format("etcd of {} was at revision {} when it stopped, and {} was staged", each.name,
                         *each.stopped->revision, record.staged->revision);
  }
  // Those that are away may come back any time; with those that are there a quorum can no more be reached. To go back
  // takes a quorum, too.
  const std::size_t quorum = quorum_of(members.all);
  if (members.lost <= members.all - quorum || members.heard < quorum) return {};
  const auto lost = [&](const MemberRecord& each) {
    return !is_restored(record, each) && is_lost(deciding.view, each, deciding.now);
  };
  return fmt::format("no quorum comes up: {}", help_for_members(deciding, lost));
}

bool goes_again(const MemberRecord& member) {
  return member.order.outcome == OrderOutcome::failed;
}

}  // namespace

bool is_restored(const RestoreRecord& record, const MemberRecord& member) {
  if (!member.swap_ordered || member.order.under == Decision::return_) return false;
  const bool forgotten = member.order.type == OrderType::forget;
  if (!has_done(member, OrderType::start) && !forgotten) return false;
  if (!member.proved || !record.staged) return false;
  return member.proved->cluster_id == record.staged->cluster_id && member.proved->hash == record.staged->hash &&
         member.proved->revision >= record.staged->revision;
}

void lead_forward(Deciding& deciding, MemberRecord& member) {
  const RestoreRecord& record = deciding.record;
  if (goes_again(member) && member.order.type == OrderType::swap && !member.stopped) {
    // Its etcd runs again, with the old data.
    return give(record, member, OrderType::stop, deciding.now);
  }
  if (has_done(member, OrderType::stop)) {
    if (is_ahead(deciding, member)) return;
    return give(record, member, is_held(deciding.view, member) ? OrderType::swap : OrderType::stop, deciding.now);
  }
  if (has_done(member, OrderType::swap)) return give(record, member, OrderType::start, deciding.now);
  give_again(deciding.view, record, member, deciding.now);
}

void decide_forward(Deciding& deciding) {
  RestoreRecord& record = deciding.record;
  deciding.plan.look_at(deciding.now + Seconds(1));
  if (deciding.view.spec.undo) return turn_back(deciding, "Undone", "undo was asked for");
  const Count members = count(deciding);
  const std::string wrong = why_back(deciding, members);
  if (!wrong.empty()) return turn_back(deciding, "NotProven", wrong);
  const bool rest_is_given_up = members.restored + members.lost + members.away == members.all;
  if (members.restored == members.all || (members.restored >= quorum_of(members.all) && rest_is_given_up)) {
    record.degraded = members.restored < members.all;
    return end_restore(deciding, Outcome::completed);
  }
  for (MemberRecord& each : record.members)
    lead_forward(deciding, each);
  const bool swapping = std::any_of(record.members.begin(), record.members.end(), [](const MemberRecord& each) {
    return each.order.type == OrderType::swap || each.order.type == OrderType::stop;
  });
  record.step = swapping ? Step::swapping : Step::proving;
  const auto stuck = [&](const MemberRecord& each) {
    return !is_restored(record, each) &&
           (is_silent(deciding.view, each, deciding.now) || is_lost(deciding.view, each, deciding.now));
  };
  if (count_members(record, stuck) == 0) return;
  deciding.ask(fmt::format("{}. The restore goes on by itself then; to go back instead: {}",
                           help_for_members(deciding, stuck), undo_command(deciding.view)));
}

}  // namespace holdfast::control
