// The ids etcd computes for the members of a cluster that is formed from flags.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::snapshot {

// First 8 bytes, big endian, of the SHA-1 of the sorted peer URLs, one after the other, followed by the cluster token.
std::uint64_t member_id(const std::vector<std::string>& sorted_peer_urls, std::string_view token);

// First 8 bytes, big endian, of the SHA-1 of the 8-byte big-endian member ids in ascending order.
std::uint64_t cluster_id(const std::vector<std::uint64_t>& ascending_member_ids);

// The way etcd writes an id: lower-case hexadecimal without leading zeros.
std::string id_text(std::uint64_t id);

}  // namespace holdfast::snapshot
