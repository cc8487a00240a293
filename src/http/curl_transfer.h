// Private to http/: one request and its answer on a libcurl session.
#pragma once

#include <array>
#include <optional>
#include <stop_token>
#include <string>

#include "http/curl_session.h"
#include "http/proxy.h"
#include "http/response_head_reader.h"
#include "http/transport.h"
#include "http/url.h"
#include "os/clock.h"

namespace holdfast::http {

// Constant for the life of a transport.
struct CurlSettings {
  TransportOptions options;
  ProxyRules proxies;
};

// Lives for one call, on one thread. Everything it is given must outlive it.
class CurlTransfer {
 public:
  CurlTransfer(CurlSession& session, CURLSH* share, const CurlSettings& settings, os::Clock& clock,
               const Request& request, const Url& url, const HeadReceiver& on_head, const BodyReceiver& on_body);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  Status run(const std::stop_token& stop);

 private:
  template <class T>
  void set(CURLoption option, T value);
  void set_up(CURLSH* share);
  void set_up_request();
  void set_up_body();
  void set_up_trust();
  void set_up_client_certificate();
  void set_up_address();
  Duration stall_timeout() const;
  void set_up_proxy();
  const std::string& proxy() const;  // for this request's scheme; empty: none
  void add_header_line(const std::string& line);

  Status wait_for_end(const std::stop_token& stop);
  Status check_stall();
  Status result();

  static std::size_t on_header_line(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body_piece(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body_wanted(char* into, std::size_t size, std::size_t count, void* self) noexcept;
  static int on_body_rewind(void* self, curl_off_t offset, int origin) noexcept;

  // Everything that moves when bytes move: equal twice in a row means that nothing did.
  struct Movement {
    curl_off_t sent = 0;      // handed to the kernel
    curl_off_t received = 0;  // body
    std::size_t head = 0;     // header bytes received
    int unsent = 0;           // still in the kernel's send buffer
    bool operator==(const Movement&) const = default;
  };
  Movement movement() const;

  CURL* easy_;
  CURLM* multi_;
  const CurlSettings& settings_;
  os::Clock& clock_;
  const Request& request_;
  const Url& url_;
  const HeadReceiver& on_head_;
  const BodyReceiver& on_body_;

  HeaderLines lines_;
  HeaderLines addresses_;  // where to connect to instead of the host that the certificate names
  std::string url_text_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CURLcode set_up_result_ = CURLE_OK;
  std::size_t body_offset_ = 0;  // of request_.body
  ResponseHeadReader head_;
  std::optional<Error> receiver_error_;
  Movement last_movement_;
  os::SteadyTime last_moved_{};
};

}  // namespace holdfast::http
