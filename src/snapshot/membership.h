// Who the members of a restored cluster are, and the ids etcd derives from that. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::snapshot {

struct MemberSpec {
  std::string name;
  std::vector<std::string> peer_urls;  // normalised and sorted
  std::uint64_t id = 0;                // member_id.h
};

struct Membership {
  std::vector<MemberSpec> members;  // ascending by id; never empty when parse_membership made it
  std::uint64_t cluster_id = 0;     // member_id.h
  std::string token;

  const MemberSpec* find(std::string_view name) const;  // nullptr when no member has that name
};

constexpr std::size_t kMaxMembers = 100;  // more is a mistake in a script, not a cluster

// `initial_cluster` as etcd's flag: "n1=http://10.0.0.1:2380,n2=https://…"; a name may occur several times with other
// URLs, empty entries are skipped. `token` is --initial-cluster-token; etcd's default is "etcd-cluster". Code::usage
// names the entry that is wrong: empty name, name with spaces around it or control characters or that is not UTF-8, bad
// URL (peer_url.h), no entry at all, a URL that occurs twice, two members with the same id.
Result<Membership> parse_membership(std::string_view initial_cluster, std::string_view token);

// Are `advertised` (comma separated) exactly the member's URLs in the membership? Compared as normalised text, in any
// order. etcdutl also accepts URLs that differ as text but resolve to the same addresses; names are not resolved here,
// so that the answer is the same on every machine. Code::usage says which URL is missing on which side, or that there
// is no such member.
Status check_advertised(const Membership& membership, std::string_view name, std::string_view advertised);

}  // namespace holdfast::snapshot
