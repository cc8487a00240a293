// The other side of an HTTP/2 connection, as a script of raw frames: what a healthy, a broken or a hostile member
// sends.
#pragma once

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "etcd/http2/descriptor.h"

namespace holdfast::etcd::http2 {

enum class Then { close, stay_silent };

// Accepts one connection on a free loopback port, waits for the request's end, sends `reply` and then closes or stays
// silent until the client goes. What the client sent is kept. With a `second` reply, that one is sent in between, after
// a second request.
class Http2Peer {
 public:
  Http2Peer(std::string reply, Then then, std::string second = "");
  ~Http2Peer();  // waits for the client to go

  int port() const { return port_; }
  // Everything the client sent. Waits for the connection's end.
  const std::string& received();

 private:
  void serve(const std::string& reply, Then then, const std::string& second);

  Descriptor listener_;
  int port_ = 0;
  std::string received_;
  std::jthread thread_;
};

// Frames, as RFC 9113 lays them out; the request's stream is number 1.
enum class FrameType : std::uint8_t { data = 0, headers = 1, rst_stream = 3, settings = 4, ping = 6, goaway = 7 };
std::string frame(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload);
std::string headers(const std::vector<std::pair<std::string, std::string>>& fields, bool end);
std::string data_frame(std::string_view bytes);

// These frames, as those of another stream.
std::string on_stream(std::uint32_t stream, std::string frames);

// SETTINGS, the answer to the client's, and the headers of a gRPC response.
std::string response_begin();
// Trailers with this status.
std::string trailers(int status, std::string_view message = "");
// A gRPC message with its prefix.
std::string message(std::string_view bytes);

}  // namespace holdfast::etcd::http2
