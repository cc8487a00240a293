#include "etcd/member_choice.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/ranges.h>

namespace holdfast::etcd {
namespace {

// How far a member's database has come. Servers before 3.4 report only raft_index.
std::uint64_t applied(const MemberStatus& status) {
  return status.raft_applied_index != 0 ? status.raft_applied_index : status.raft_index;
}

// etcd writes an alarm in a status as "memberID:<decimal> alarm:<KIND>". A full quota does not hurt a snapshot,
// corruption does.
bool reports_own_corruption(const MemberStatus& status) {
  const std::string mine = fmt::format("memberID:{} alarm:CORRUPT", status.member_id);
  return std::any_of(status.errors.begin(), status.errors.end(),
                     [&](const std::string& error) { return error.find(mine) != std::string::npos; });
}

// Sees the probes in order and sorts out those that may not be used; lag needs a second look, when the furthest is
// known.
class Selection {
 public:
  explicit Selection(std::uint64_t max_lag) : max_lag_(max_lag) {}

  void add(const Probe& probe) {
    if (const auto reason = unfit(probe)) {
      rejected_.push_back(probe.status ? fmt::format("{}: {}", probe.endpoint, *reason) : *reason);
      return;
    }
    MemberStatus status = *probe.status;
    status.endpoint = probe.endpoint;
    cluster_id_ = status.cluster_id;
    furthest_ = std::max(furthest_, applied(status));
    usable_.push_back(std::move(status));
  }

  Choice finish() && {
    Choice choice;
    choice.rejected = std::move(rejected_);
    for (MemberStatus& status : usable_) {
      const std::uint64_t lag = furthest_ - applied(status);
      if (lag > max_lag_) {
        choice.rejected.push_back(fmt::format("{}: {} raft entries behind", status.endpoint, lag));
      } else {
        std::string reason = describe(status, lag);  // before the status moves away
        choice.candidates.push_back({std::move(status), std::move(reason)});
      }
    }
    std::stable_sort(choice.candidates.begin(), choice.candidates.end(), better);
    return choice;
  }

 private:
  std::optional<std::string> unfit(const Probe& probe) const {
    if (!probe.status) return reason_at(probe.endpoint, probe.status.error());
    const MemberStatus& status = *probe.status;
    if (cluster_id_ && status.cluster_id != *cluster_id_) {
      return fmt::format("belongs to another cluster ({:x}, not {:x})", status.cluster_id, *cluster_id_);
    }
    if (status.is_learner) return "learner";
    if (reports_own_corruption(status)) return "has a CORRUPT alarm";
    for (const MemberStatus& known : usable_) {
      if (known.member_id == status.member_id) return fmt::format("same member as {}", known.endpoint);
    }
    return std::nullopt;
  }

  static bool is_leader(const MemberStatus& status) { return status.leader == status.member_id; }

  static std::string describe(const MemberStatus& status, std::uint64_t lag) {
    const char* role = status.leader == 0 ? "sees no leader" : is_leader(status) ? "leader" : "follower";
    return fmt::format("{}, {} entries behind", role, lag);
  }

  static bool better(const Candidate& left, const Candidate& right) {
    const auto rank = [](const MemberStatus& status) { return status.leader == 0 ? 2 : is_leader(status) ? 1 : 0; };
    if (rank(left.status) != rank(right.status)) return rank(left.status) < rank(right.status);
    return applied(left.status) > applied(right.status);
  }

  std::uint64_t max_lag_;
  std::optional<std::uint64_t> cluster_id_;
  std::uint64_t furthest_ = 0;
  std::vector<MemberStatus> usable_;
  std::vector<std::string> rejected_;
};

}  // namespace

Choice choose_members(const std::vector<Probe>& probes, std::uint64_t max_lag) {
  Selection selection(max_lag);
  for (const Probe& probe : probes)
    selection.add(probe);
  return std::move(selection).finish();
}

Error no_candidate(const std::vector<Probe>& probes, const Choice& choice) {
  Error error{.code = Code::unavailable,
              .message = fmt::format("no member can give a snapshot: {}", fmt::join(choice.rejected, "; ")),
              .hint = {},
              .retryable = true,
              .context = {}};
  const auto hopeless_like_the_first = [&](const Probe& probe) {
    return !probe.status && !probe.status.error().retryable && !probes.front().status &&
           probe.status.error().code == probes.front().status.error().code;
  };
  if (!probes.empty() && std::ranges::all_of(probes, hopeless_like_the_first)) {
    error.code = probes.front().status.error().code;
    error.retryable = false;
  }
  for (const Probe& probe : probes) {
    if (error.hint.empty() && !probe.status) error.hint = probe.status.error().hint;
  }
  if (error.hint.empty()) error.hint = "check the endpoints, the certificates and the health of the cluster";
  return error;
}

std::string reason_at(const std::string& endpoint, Error error) {
  for (std::string& context : error.context) {
    for (const std::string_view word : {" at ", " from "}) {
      const std::string tail = std::string(word) + endpoint;
      if (context.ends_with(tail)) context.resize(context.size() - tail.size());
    }
  }
  return fmt::format("{}: {}", endpoint, error.to_string());
}

std::vector<Probe> probe_members(Client& client) {
  std::vector<Probe> probes;
  for (const std::string& endpoint : client.endpoints()) {
    probes.push_back({endpoint, fail(Code::internal, "not asked")});
  }
  const auto ask = [&client](Probe& probe) { probe.status = client.status(probe.endpoint); };
  std::vector<std::jthread> threads;
  threads.reserve(probes.size());
  for (Probe& probe : probes) {
    try {
      threads.emplace_back(ask, std::ref(probe));
    } catch (const std::system_error&) {
      ask(probe);  // the limit of threads is reached: one after the other
    }
  }
  threads.clear();  // joins
  return probes;
}

}  // namespace holdfast::etcd
