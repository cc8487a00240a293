// Peer URLs the way etcd reads and writes them. The text matters byte for byte: member ids are a digest of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::snapshot {

// Checks one URL and gives its normal form: surrounding white space removed, scheme in lower case, the rest unchanged.
// http and https need host:port and nothing behind it; unix and unixs take any address. Code::usage names the URL and
// what is wrong with it. Stricter than etcd in one point: user names, queries, fragments and escapes are refused,
// because they have no meaning in a peer URL.
Result<std::string> normalize_peer_url(std::string_view text);

// Comma-separated URLs (empty entries skipped), normalised and sorted as strings.
Result<std::vector<std::string>> parse_peer_urls(std::string_view text);

}  // namespace holdfast::snapshot
