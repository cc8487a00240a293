// Requests and their responses, one after the other, on one HTTP/2 connection, by nghttp2. Included by http2/*.cc
// alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nghttp2/nghttp2.h>

#include "base/bytes.h"
#include "base/result.h"
#include "etcd/endpoint.h"
#include "etcd/http2/message_inbox.h"
#include "etcd/http2/response_status.h"
#include "etcd/rpc.h"

namespace holdfast::etcd::http2 {

// No input or output of its own: bytes in by receive(), out by pending_output(). One thread at a time.
class Session {
 public:
  // As many as keep a fast member sending.
  static constexpr std::int32_t kWindow = 8 * 1024 * 1024;

  // `window`: bytes the member may send before it must wait for us; at least 64 KiB.
  explicit Session(std::int32_t window = kWindow);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Begins a call, the first or once the one before is closed and all its messages are taken; the body follows by
  // send().
  Status request(const Endpoint& endpoint, const RpcCall& call);
  // Adds a message to the request's body.
  void send(std::string_view message, bool last);

  // What has to be written to the peer next; empty when there is nothing. Valid until the next call.
  Result<ByteView> pending_output();
  // Takes bytes from the peer.
  Status receive(ByteView bytes);

  // The next message of the response, if it has come; taking it lets the member send as much again.
  Result<std::optional<ByteView>> take_message();

  bool closed() const { return closed_; }
  // How the call ended, once closed and all messages are taken.
  RpcStatus result() const;

 private:
  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                           nghttp2_data_source*, void* self);
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self);
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes, std::size_t size,
                     void* self);
  static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* self);

  nghttp2_session* session_ = nullptr;
  std::int32_t stream_ = 0;
  Bytes body_;              // of the request, not yet sent
  bool body_ends_ = false;  // nothing follows body_
  MessageInbox inbox_;
  ResponseStatus response_;
  bool closed_ = false;
  std::uint32_t reset_code_ = 0;
};

}  // namespace holdfast::etcd::http2
