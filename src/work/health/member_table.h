// The members of a cluster, as far as they are known: from their answers, the list of members, and what was known
// before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "etcd/client.h"
#include "etcd/member_choice.h"
#include "model/json.h"

namespace holdfast::work {

struct MemberView {
  std::uint64_t id = 0;  // 0: not known
  std::string name;
  std::string endpoint;
  std::string version;
  bool learner = false;
  std::uint64_t db_size = 0;
  bool asked = false;  // an endpoint of ours is its own
  bool healthy = false;
  std::string message;  // what is wrong
};

// Ordered by name. A member that no endpoint leads to is no fault of it: it is there with asked = false.
std::vector<MemberView> member_table(const std::vector<etcd::Probe>& probes,
                                     const std::optional<etcd::MemberList>& list, const json::Value& cluster);

// As status.etcd.members has it.
json::Value member_json(const MemberView& member);

// The alarm that an error of MemberStatus tells of ("memberID:1234 alarm:NOSPACE "): "NOSPACE", "CORRUPT" or empty.
std::string alarm_in(const std::string& error);

}  // namespace holdfast::work
