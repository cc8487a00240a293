// HTTP requests to somebody else's server (buckets, credential services), behind one interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/environment.h"

namespace holdfast::http {

struct Header {
  std::string name;  // as to be sent; compared without case
  std::string value;
};

struct Request {
  std::string method = "GET";
  std::string url;  // complete, already percent-encoded; sent exactly as it is
  std::vector<Header> headers;
  ByteView body;              // must outlive the call
  Duration total_timeout{0};  // 0: none, the stall timeout alone decides
  Duration stall_timeout{0};  // 0: the transport's; for answers that go on for long and are silent at times
  // Sent over a connection of its own. A kept-alive one may turn out to be dead, and then the request is quietly sent
  // again over another; nobody can tell whether the server acted on the first. For requests where that matters.
  bool fresh_connection = false;
};

// Called with pieces of the body as they come; an error ends the transfer and becomes its result.
using BodyReceiver = std::function<Status(ByteView)>;
// Called once when status and headers are known, before the first piece of the body.
struct ResponseHead {
  int status = 0;
  std::vector<Header> headers;
  // Value of the header, without case; empty when absent.
  std::string header(std::string_view name) const;
};
using HeadReceiver = std::function<Status(const ResponseHead&)>;

struct Response {
  ResponseHead head;
  Bytes body;
};

struct TransportOptions {
  Duration connect_timeout = std::chrono::seconds(10);
  Duration stall_timeout = std::chrono::seconds(30);  // no byte either way for this long is Code::timeout
  std::string ca_file;  // PEM; trusted instead of the system's store; empty: system trust store
  std::string ca_pem;   // the same as text; wins over ca_file
  bool insecure_skip_verify = false;
  std::string client_certificate_pem;  // with its chain; empty: none is shown
  Secret client_key_pem;
  std::string tls_server_name;       // the certificate must be good for this name instead of the URL's host; also SNI
  std::optional<std::string> proxy;  // unset: HTTP_PROXY, HTTPS_PROXY, NO_PROXY; empty: none
  std::string user_agent = "holdfast";
};

// Safe for concurrent use; keeps connections alive and shares them between calls.
// Failures of the connection are Code::unavailable or Code::timeout with the host named; a certificate that is not
// trusted is Code::refused. Any HTTP status is a success here. A body shorter than its Content-Length is
// Code::unavailable. Redirects are not followed.
class Transport {
 public:
  virtual ~Transport() = default;

  virtual Status stream(const Request& request, const HeadReceiver& on_head, const BodyReceiver& on_body,
                        const std::stop_token& stop) = 0;

  // Collects the body, refusing more than `limit` bytes.
  Result<Response> send(const Request& request, std::size_t limit, const std::stop_token& stop);
};

// HTTP/1.1 on libcurl. The clock must outlive the transport; the environment is only looked at for proxies, during the
// call.
std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options,
                                               const os::Environment& environment = os::Environment::of_process(),
                                               os::Clock& clock = os::real_clock());

}  // namespace holdfast::http
