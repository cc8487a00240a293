#include "http/curl_error.h"

#include <algorithm>
#include <cstring>

namespace holdfast::http {
namespace {

constexpr const char* kTrustHint =
    "if the server's certificate comes from a private authority, give that authority's certificate with --ca-file";
constexpr const char* kSchemeHint = "check scheme (http or https) and port of the endpoint";

template <class T>
T info(CURL* easy, CURLINFO what) {
  T value{};
  curl_easy_getinfo(easy, what, &value);
  return value;
}

// "host:port", the way a person would look for it in the configuration.
std::string place(const Url& url) {
  const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  return fmt::format("{}:{}", host, url.port);
}

bool was_connected(CURL* easy) {
  return info<curl_off_t>(easy, CURLINFO_PRETRANSFER_TIME_T) > 0;
}

// A proxy that cannot be reached looks like a server that cannot be reached.
std::string reachability_hint(const FailedTransfer& failed, const char* hint) {
  return failed.has_proxy ? fmt::format("{}; a proxy is configured: check it too", hint) : hint;
}

tl::unexpected<Error> connect_error(const FailedTransfer& failed) {
  const auto number = static_cast<int>(info<long>(failed.easy, CURLINFO_OS_ERRNO));
  return with_hint(fail(Code::unavailable, "cannot connect to {}: {}", place(failed.url),
                        number != 0 ? std::strerror(number) : "no address answered"),
                   reachability_hint(failed, "check that the endpoint is right and reachable from here"));
}

tl::unexpected<Error> timeout_error(const FailedTransfer& failed) {
  const Duration total = failed.request.total_timeout;
  const Duration connect = failed.options.connect_timeout;
  if (was_connected(failed.easy)) {
    return fail(Code::timeout, "{} did not complete its answer within {}", place(failed.url), format_duration(total));
  }
  return with_hint(
      fail(Code::timeout, "no connection to {} within {}", place(failed.url),
           format_duration(total.count() > 0 ? std::min(total, connect) : connect)),
      reachability_hint(failed, "check that the endpoint is right and that no firewall drops the packets"));
}

tl::unexpected<Error> broken_error(CURL* easy, const std::string& detail, const Url& url) {
  const long proxy_status = info<long>(easy, CURLINFO_HTTP_CONNECTCODE);
  if (proxy_status >= 300) {
    const Code code = proxy_status == 407 || proxy_status == 403 ? Code::refused : Code::unavailable;
    return with_hint(fail(code, "the proxy does not connect us to {}: it answered {}", place(url), proxy_status),
                     "check the proxy's address, credentials and rules");
  }
  return fail(Code::unavailable, "the connection to {} broke: {}", place(url), detail);
}

tl::unexpected<Error> short_body_error(CURL* easy, const Url& url) {
  const auto got = info<curl_off_t>(easy, CURLINFO_SIZE_DOWNLOAD_T);
  const auto promised = info<curl_off_t>(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  if (promised < 0) return fail(Code::unavailable, "{} ended its answer early, after {} bytes", place(url), got);
  return fail(Code::unavailable, "{} ended its answer early, after {} of {} bytes", place(url), got, promised);
}

tl::unexpected<Error> no_http_error(const Url& url) {
  auto error = with_hint(fail(Code::unavailable, "{} does not answer with HTTP", place(url)), kSchemeHint);
  error.value().retryable = false;
  return error;
}

}  // namespace

tl::unexpected<Error> curl_error(const FailedTransfer& failed) {
  const Url& url = failed.url;
  switch (failed.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return with_hint(fail(Code::unavailable, "cannot find the address of host {}", url.host),
                       "check the spelling of the endpoint, and DNS");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return with_hint(fail(Code::unavailable, "cannot find the address of the proxy on the way to {}", place(url)),
                       "check the proxy settings, and DNS");
    case CURLE_URL_MALFORMAT:
      return fail(Code::usage, "the URL for host {}, or the proxy's, is not one", url.host);
    case CURLE_COULDNT_CONNECT:
      return connect_error(failed);
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_error(failed);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return with_hint(fail(Code::refused, "the certificate of {} is not trusted: {}", place(url), failed.detail),
                       kTrustHint);
    case CURLE_SSL_CACERT_BADFILE:
      return with_hint(fail(Code::usage, "cannot use the CA certificates in {}",
                            failed.options.ca_pem.empty() ? failed.options.ca_file : "the given PEM text"),
                       "it must be readable and hold at least one PEM certificate");
    case CURLE_SSL_CONNECT_ERROR:
      return with_hint(fail(Code::unavailable, "no TLS with {}: {}", place(url), failed.detail), kSchemeHint);
    case CURLE_GOT_NOTHING:
      return fail(Code::unavailable, "{} closed the connection without an answer", place(url));
    case CURLE_PARTIAL_FILE:
      return short_body_error(failed.easy, url);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return no_http_error(url);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_PROXY:
      return broken_error(failed.easy, failed.detail, url);
    default:
      return fail(Code::internal, "request to {} failed: {} (libcurl error {})", place(url),
                  curl_easy_strerror(failed.code), static_cast<int>(failed.code));
  }
}

}  // namespace holdfast::http
