// How the etcd of a cluster is: from what its members say to the status of the Cluster; pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/instant.h"
#include "control/reconcile/conditions.h"
#include "etcd/client.h"
#include "etcd/member_choice.h"
#include "model/json.h"

namespace holdfast::work {

struct Answers {
  std::vector<etcd::Probe> members;      // one for each endpoint
  std::optional<etcd::MemberList> list;  // none: not asked, or not told
};

struct Health {
  json::Object etcd;             // for status.etcd
  control::Condition reachable;  // EtcdReachable: an endpoint answers. Reasons: Reachable, Unreachable, NoAccess
  // EtcdHealthy: all members answer, there is a leader and no alarm. Reasons: Healthy, SpaceLow (more than 90 % of the
  // quota are in use); Unreachable, NoAccess, NoLeader, SeveralClusters, Corrupt, NoSpace, MembersDown.
  control::Condition healthy;
  // For status.extendedHealth.etcd: HealthStatusUp; HealthStatusProvisioning while members are down and the others go
  // on; HealthStatusDown.
  std::string word;
};

// `cluster` as it is: what was known before fills in for members that do not answer.
Health assess(const Answers& answers, const json::Value& cluster);
// Nobody could be asked: a Secret is missing, say.
Health assess_failure(const Error& error, const json::Value& cluster);

// The Cluster with this in its status. The time of the look is lastHeartbeatTime of the conditions.
json::Value with_health(const json::Value& cluster, const Health& health, control::Instant now);
// The Cluster without it: it names no endpoints any more.
json::Value without_health(const json::Value& cluster);

// Has something changed that people want to know at once? Not the revision, nor how much is in use, nor a size by less
// than a tenth or a MiB.
bool is_news(const json::Value& before, const json::Value& after);
// When its health was written last.
std::optional<control::Instant> told_at(const json::Value& cluster);

}  // namespace holdfast::work
