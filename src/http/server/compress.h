// Gzip for big answers. Not for streams: what waits in a compressor reaches nobody.
#pragma once

#include <string>
#include <string_view>

#include "http/server/server.h"

namespace holdfast::http {

inline constexpr std::size_t kCompressAbove = 128 * 1024;  // bytes

// Does an Accept-Encoding (RFC 9110, 12.5.3) allow gzip?
bool accepts_gzip(std::string_view accept_encoding);

// Compresses the body, quickly rather than well, and says so in the headers, when it is larger than kCompressAbove, not
// encoded yet and the client accepts it. All else is left as it is. Takes 10 ms per MiB or so: for handlers' threads.
void compress(const ServerRequest& request, ServerResponse& response);

}  // namespace holdfast::http
