#include <algorithm>

#include "http/curl_session.h"
#include "http/curl_transfer.h"
#include "http/transport.h"

namespace holdfast::http {
namespace {

bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// A line break in a header would let its value add headers of its own.
Status check_request(const Request& request) {
  if (!is_token(request.method)) return fail(Code::usage, "not a request method");
  for (const Header& header : request.headers) {
    if (!is_token(header.name)) return fail(Code::usage, "not a header name");
    const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
    if (std::ranges::any_of(header.value, is_control)) {
      return fail(Code::usage, "the value of header {} holds a control character", header.name);
    }
  }
  return {};
}

CurlSettings make_settings(const TransportOptions& options, const os::Environment& environment) {
  CurlSettings settings{.options = options, .proxies = {}};
  if (options.proxy) {
    settings.proxies = {.http = *options.proxy, .https = *options.proxy, .no_proxy = {}};
  } else {
    settings.proxies = proxy_rules(environment);
  }
  return settings;
}

class CurlTransport final : public Transport {
 public:
  CurlTransport(CurlSettings settings, os::Clock& clock) : settings_(std::move(settings)), clock_(clock) {}

  Status stream(const Request& request, const HeadReceiver& on_head, const BodyReceiver& on_body,
                const std::stop_token& stop) override {
    HF_TRY(check_request(request));
    HF_ASSIGN(const Url url, parse_url(request.url));
    auto session = pool_.take();
    if (!session) return fail(Code::internal, "libcurl cannot make a handle");
    auto done = CurlTransfer(*session, pool_.share(), settings_, clock_, request, url, on_head, on_body).run(stop);
    // After a failure the easy handle may hold on to its buffers (libcurl 7.88 does when a host was not found), and
    // then refuses CURLOPT_BUFFERSIZE for the next request. The connections live in the multi handle and stay.
    if (!done) session->easy.reset(curl_easy_init());
    if (session->easy) pool_.give_back(std::move(session));
    return done;
  }

 private:
  const CurlSettings settings_;
  os::Clock& clock_;
  CurlPool pool_;
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options, const os::Environment& environment,
                                               os::Clock& clock) {
  return std::make_unique<CurlTransport>(make_settings(options, environment), clock);
}

}  // namespace holdfast::http
