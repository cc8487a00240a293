// Private to http/: what a failed transfer means for the caller.
#pragma once

#include <string>

#include <curl/curl.h>

#include "base/result.h"
#include "http/transport.h"
#include "http/url.h"

namespace holdfast::http {

// `detail` is libcurl's error text; only used for failures whose text cannot hold more than host names and reasons.
tl::unexpected<Error> curl_error(CURL* easy, CURLcode code, const std::string& detail, const Url& url,
                                 const Request& request, const TransportOptions& options);

}  // namespace holdfast::http
