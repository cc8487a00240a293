// The raft messages that WAL and .snap share. etcd's encoder writes scalar fields even when they are zero.
#pragma once

#include <cstdint>

#include "snapshot/membership.h"
#include "snapshot/proto_writer.h"

namespace holdfast::snapshot {

constexpr std::uint64_t kRestoredTerm = 1;  // raft term of a restored cluster

// A restored cluster has applied one configuration change per member: that is its raft index and its consistent index.
inline std::uint64_t restored_index(const Membership& membership) {
  return membership.members.size();
}

// ConfState: all members vote.
inline ProtoWriter conf_state(const Membership& membership) {
  constexpr std::uint32_t kVoters = 1;
  constexpr std::uint32_t kAutoLeave = 5;
  ProtoWriter message;
  for (const MemberSpec& member : membership.members)
    message.number(kVoters, member.id);
  message.number(kAutoLeave, 0);
  return message;
}

}  // namespace holdfast::snapshot
