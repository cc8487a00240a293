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
  std::uint64_t id = 0;                // first 8 bytes, big endian, of SHA-1(sorted peer urls + token)
};

struct Membership {
  std::vector<MemberSpec> members;  // ascending by id
  std::uint64_t cluster_id = 0;     // first 8 bytes, big endian, of SHA-1(8-byte big-endian member ids, ascending)
  std::string token;

  const MemberSpec* find(std::string_view name) const;  // nullptr when no member has that name
};

// `initial_cluster` as etcd's flag: "n1=http://10.0.0.1:2380,n2=https://…"; a name may occur several times with other
// URLs. Code::usage names the entry that is wrong: empty name, bad scheme (http, https, unix, unixs), no port, a path,
// duplicate URL or id.
Result<Membership> parse_membership(std::string_view initial_cluster, std::string_view token);

// Do `advertised` (comma separated) and the member's URLs in the membership agree? Compared as text, then by resolved
// address is left to the caller. Code::usage says how they differ.
Status check_advertised(const Membership& membership, std::string_view name, std::string_view advertised);

}  // namespace holdfast::snapshot
