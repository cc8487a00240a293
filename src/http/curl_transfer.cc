#include "http/curl_transfer.h"

#include <algorithm>
#include <cstring>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "http/curl_error.h"

namespace holdfast::http {
namespace {

constexpr long kReceiveBuffer = 512 * 1024;      // the larger, the fewer calls per byte; bounded per connection
constexpr long kUploadBuffer = 2 * 1024 * 1024;  // libcurl's largest
constexpr long kCaCacheSeconds = 60;             // a replaced CA file is noticed after this time
constexpr auto kLongestWait = std::chrono::milliseconds(1000);
constexpr auto kShortestWait = std::chrono::milliseconds(10);
constexpr int kChecksPerStall = 4;  // a stall is noticed at most a quarter of its limit late

long whole_milliseconds(Duration duration) {
  return std::max<long>(1, std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

bool sends_body(const Request& request) {
  return !request.body.empty() || request.method == "PUT" || request.method == "POST";
}

}  // namespace

CurlTransfer::CurlTransfer(CurlSession& session, CURLSH* share, const CurlSettings& settings, os::Clock& clock,
                           const Request& request, const Url& url, const HeadReceiver& on_head,
                           const BodyReceiver& on_body)
    : easy_(session.easy.get()),
      multi_(session.multi.get()),
      settings_(settings),
      clock_(clock),
      request_(request),
      url_(url),
      on_head_(on_head),
      on_body_(on_body) {
  curl_easy_reset(easy_);
  set_up(share);
}

// Nothing of this transfer may be pointed to from the session afterwards: it is used again.
CurlTransfer::~CurlTransfer() {
  curl_easy_reset(easy_);
}

template <class T>
void CurlTransfer::set(CURLoption option, T value) {
  const CURLcode code = curl_easy_setopt(easy_, option, value);
  if (set_up_result_ == CURLE_OK) set_up_result_ = code;
}

void CurlTransfer::set_up(CURLSH* share) {
  set(CURLOPT_SHARE, share);
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // do not wait for a name server when we are asked to stop
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_CONNECTTIMEOUT_MS, whole_milliseconds(settings_.options.connect_timeout));
  set(CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header_line);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body_piece);
  set(CURLOPT_WRITEDATA, this);
  set_up_trust();
  set_up_client_certificate();
  set_up_proxy();
  set_up_request();
}

void CurlTransfer::set_up_request() {
  set_up_address();
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_USERAGENT, settings_.options.user_agent.c_str());
  if (request_.fresh_connection) set(CURLOPT_FRESH_CONNECT, 1L);
  if (request_.total_timeout.count() > 0) set(CURLOPT_TIMEOUT_MS, whole_milliseconds(request_.total_timeout));
  if (request_.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else {
    if (sends_body(request_)) set_up_body();
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
  add_header_line("Expect:");  // no "100-continue": it costs a round trip, and some servers never answer it
  for (const Header& header : request_.headers) {
    add_header_line(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  set(CURLOPT_HTTPHEADER, lines_.get());
}

void CurlTransfer::set_up_body() {
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  set(CURLOPT_READFUNCTION, &CurlTransfer::on_body_wanted);
  set(CURLOPT_READDATA, this);
  set(CURLOPT_SEEKFUNCTION, &CurlTransfer::on_body_rewind);
  set(CURLOPT_SEEKDATA, this);
}

void CurlTransfer::set_up_trust() {
  const TransportOptions& options = settings_.options;
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_CA_CACHE_TIMEOUT, kCaCacheSeconds);
  for (const bool proxy : {false, true}) {
    set(proxy ? CURLOPT_PROXY_SSL_VERIFYPEER : CURLOPT_SSL_VERIFYPEER, options.insecure_skip_verify ? 0L : 1L);
    set(proxy ? CURLOPT_PROXY_SSL_VERIFYHOST : CURLOPT_SSL_VERIFYHOST, options.insecure_skip_verify ? 0L : 2L);
    if (options.ca_pem.empty() && options.ca_file.empty()) continue;
    set(proxy ? CURLOPT_PROXY_CAPATH : CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    if (options.ca_pem.empty()) {
      set(proxy ? CURLOPT_PROXY_CAINFO : CURLOPT_CAINFO, options.ca_file.c_str());
    } else {
      curl_blob pem{
          .data = const_cast<char*>(options.ca_pem.data()), .len = options.ca_pem.size(), .flags = CURL_BLOB_NOCOPY};
      set(proxy ? CURLOPT_PROXY_CAINFO_BLOB : CURLOPT_CAINFO_BLOB, &pem);
    }
  }
}

void CurlTransfer::set_up_client_certificate() {
  const TransportOptions& options = settings_.options;
  if (options.client_certificate_pem.empty()) return;
  const auto blob = [this](CURLoption option, std::string_view pem) {
    curl_blob bytes{.data = const_cast<char*>(pem.data()), .len = pem.size(), .flags = CURL_BLOB_NOCOPY};
    set(option, &bytes);
  };
  set(CURLOPT_SSLCERTTYPE, "PEM");
  set(CURLOPT_SSLKEYTYPE, "PEM");
  blob(CURLOPT_SSLCERT_BLOB, options.client_certificate_pem);
  blob(CURLOPT_SSLKEY_BLOB, options.client_key_pem.reveal());
}

// libcurl checks the certificate against the URL's host and nothing else. So the URL gets the name that the certificate
// must have, and the connection goes to the real host all the same.
void CurlTransfer::set_up_address() {
  const std::string& name = settings_.options.tls_server_name;
  url_text_ = request_.url;
  if (!name.empty() && url_.scheme == "https") {
    const std::string host = url_.host.find(':') == std::string::npos ? url_.host : "[" + url_.host + "]";
    const std::string way = fmt::format("{}:{}:{}:{}", name, url_.port, host, url_.port);
    addresses_.reset(curl_slist_append(nullptr, way.c_str()));
    if (!addresses_) set_up_result_ = CURLE_OUT_OF_MEMORY;
    set(CURLOPT_CONNECT_TO, addresses_.get());
    add_header_line("Host: " + url_.host_header());
    url_text_ =
        fmt::format("https://{}:{}{}{}{}", name, url_.port, url_.path, url_.query.empty() ? "" : "?", url_.query);
  }
  set(CURLOPT_URL, url_text_.c_str());
}

// Always said explicitly, because libcurl would look at the process's environment otherwise.
void CurlTransfer::set_up_proxy() {
  set(CURLOPT_PROXY, proxy().c_str());
  set(CURLOPT_NOPROXY, settings_.proxies.no_proxy.c_str());
}

const std::string& CurlTransfer::proxy() const {
  return url_.scheme == "https" ? settings_.proxies.https : settings_.proxies.http;
}

void CurlTransfer::add_header_line(const std::string& line) {
  curl_slist* longer = curl_slist_append(lines_.get(), line.c_str());
  if (longer == nullptr) {
    set_up_result_ = CURLE_OUT_OF_MEMORY;
    return;
  }
  if (!lines_) lines_.reset(longer);  // later lines hang behind the first one
}

Status CurlTransfer::run(const std::stop_token& stop) {
  if (set_up_result_ == CURLE_OK && curl_multi_add_handle(multi_, easy_) != CURLM_OK)
    set_up_result_ = CURLE_FAILED_INIT;
  if (set_up_result_ != CURLE_OK) {
    return fail(Code::internal, "cannot prepare a request to {}: {}", url_.host, curl_easy_strerror(set_up_result_));
  }
  auto done = wait_for_end(stop);
  if (done) done = result();
  curl_multi_remove_handle(multi_, easy_);  // closes the connection when the transfer is not complete
  return done;
}

Status CurlTransfer::wait_for_end(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_); });
  const auto wait = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(stall_timeout()) / kChecksPerStall,
                               kShortestWait, kLongestWait);
  last_moved_ = clock_.steady();
  while (true) {
    if (stop.stop_requested()) return fail(Code::cancelled, "the request to {} was cancelled", url_.host);
    int running = 0;
    const CURLMcode code = curl_multi_perform(multi_, &running);
    if (code != CURLM_OK) return fail(Code::internal, "request to {} failed: {}", url_.host, curl_multi_strerror(code));
    if (running == 0) return {};
    HF_TRY(check_stall());
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(wait.count()), nullptr);
  }
}

// The time to connect has its own limit in libcurl; ours begins with the request.
Status CurlTransfer::check_stall() {
  curl_off_t connected = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &connected);
  const Movement now = movement();
  if (connected == 0 || now != last_movement_) {
    last_movement_ = now;
    last_moved_ = clock_.steady();
    return {};
  }
  if (clock_.steady() - last_moved_ < stall_timeout()) return {};
  return with_hint(
      fail(Code::timeout, "no byte to or from {} for {}", url_.host_header(), format_duration(stall_timeout())),
      "the server or the network hangs; trying again may help");
}

Duration CurlTransfer::stall_timeout() const {
  return request_.stall_timeout.count() > 0 ? request_.stall_timeout : settings_.options.stall_timeout;
}

CurlTransfer::Movement CurlTransfer::movement() const {
  Movement now{.head = head_.bytes()};
  curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &now.sent);
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &now.received);
  if (now.sent == 0) return now;
  // On a slow line the kernel's buffer takes long to drain while libcurl has nothing left to hand over.
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &socket);
  if (socket != CURL_SOCKET_BAD && ::ioctl(socket, SIOCOUTQ, &now.unsent) != 0) now.unsent = 0;
  return now;
}

Status CurlTransfer::result() {
  if (receiver_error_) return tl::unexpected<Error>(std::move(*receiver_error_));
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi_, &left);
  const CURLcode code = message == nullptr ? CURLE_FAILED_INIT : message->data.result;
  if (code == CURLE_OK) return {};
  const std::string detail = error_text_.front() != '\0' ? error_text_.data() : curl_easy_strerror(code);
  return curl_error({.easy = easy_,
                     .code = code,
                     .detail = detail,
                     .url = url_,
                     .request = request_,
                     .options = settings_.options,
                     .has_proxy = !proxy().empty()});
}

std::size_t CurlTransfer::on_header_line(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::size_t length = size * count;
  Status taken;
  if (auto complete = transfer.head_.take_line({data, length}); !complete) {
    taken = tl::unexpected<Error>(std::move(complete).error());
  } else if (*complete) {
    taken = transfer.on_head_(transfer.head_.head());
  }
  if (taken) return length;
  transfer.receiver_error_ = std::move(taken).error();
  return length == 0 ? 1 : 0;  // anything but the length ends the transfer
}

std::size_t CurlTransfer::on_body_piece(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::size_t length = size * count;
  auto taken = transfer.on_body_(as_bytes({data, length}));
  if (taken) return length;
  transfer.receiver_error_ = std::move(taken).error();
  return CURL_WRITEFUNC_ERROR;
}

std::size_t CurlTransfer::on_body_wanted(char* into, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const ByteView body = transfer.request_.body;
  const std::size_t length = std::min(size * count, body.size() - transfer.body_offset_);
  std::memcpy(into, body.data() + transfer.body_offset_, length);
  transfer.body_offset_ += length;
  return length;
}

int CurlTransfer::on_body_rewind(void* self, curl_off_t offset, int origin) noexcept {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > transfer.request_.body.size()) {
    return CURL_SEEKFUNC_FAIL;
  }
  transfer.body_offset_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

}  // namespace holdfast::http
