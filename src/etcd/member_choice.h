// Which member to take a snapshot from: a pure decision over what the members say of themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "etcd/client.h"

namespace holdfast::etcd {

struct Probe {
  std::string endpoint;
  Result<MemberStatus> status;
};

struct Candidate {
  MemberStatus status;
  std::string reason;  // why it stands where it stands: "follower, 0 entries behind"
};

struct Choice {
  std::vector<Candidate> candidates;  // best first
  std::vector<std::string> rejected;  // "10.0.0.3:2379: learner", one per endpoint that may not be used, for messages
};

// Healthy members that are no learners and lag the furthest member by at most `max_lag` raft entries, followers before
// the leader, fresher before staler. A cluster where all who answer see no leader may still be backed up: such members
// come last. Endpoints that belong to a different cluster than the first healthy one are rejected. The same member
// behind two endpoints counts once.
Choice choose_members(const std::vector<Probe>& probes, std::uint64_t max_lag = 5000);

// Why `choice`, made from `probes`, has no candidate. Names every endpoint and its reason. When asking again can help
// no endpoint and all failed alike, the code is theirs, else Code::unavailable. The hint is the first that one has.
Error no_candidate(const std::vector<Probe>& probes, const Choice& choice);

// "10.0.0.3:2379: Status: connection refused": an endpoint and its error, which is not told the endpoint again.
std::string reason_at(const std::string& endpoint, Error error);

// Asks every endpoint at the same time. One thread per endpoint, all joined on return.
std::vector<Probe> probe_members(Client& client);

}  // namespace holdfast::etcd
