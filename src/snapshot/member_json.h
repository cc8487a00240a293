// The JSON texts about members that etcd stores, byte for byte as its own encoder writes them: no spaces, fields in
// this order, and < > & as \u003c \u003e \u0026.
#pragma once

#include <string>
#include <string_view>

#include "snapshot/membership.h"

namespace holdfast::snapshot {

// A JSON string with its quotes. `text` is valid UTF-8 without control characters.
std::string quote_json(std::string_view text);

// {"id":1,"peerURLs":["http://…"],"name":"m1"}: a value of bucket "members", and the context of a configuration change.
std::string member_json(const MemberSpec& member);

// {"peerURLs":["http://…"]}: the value of "raftAttributes" in the old store.
std::string raft_attributes_json(const MemberSpec& member);

}  // namespace holdfast::snapshot
