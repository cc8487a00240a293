// Private to http/: what a failed transfer means for the caller.
#pragma once

#include <string>

#include <curl/curl.h>

#include "base/result.h"
#include "http/transport.h"
#include "http/url.h"

namespace holdfast::http {

// The transfer that failed.
struct FailedTransfer {
  CURL* easy;
  CURLcode code;
  const std::string& detail;  // libcurl's text; only shown where it cannot hold more than host names and reasons
  const Url& url;
  const Request& request;
  const TransportOptions& options;
  bool has_proxy;  // one is configured for this scheme; never named, its URL may hold a password
};

tl::unexpected<Error> curl_error(const FailedTransfer& failed);

}  // namespace holdfast::http
