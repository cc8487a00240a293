#include "unit/etcd/http2_peer.h"

#include <array>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace holdfast::etcd::http2 {
namespace {

std::string big_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    text += static_cast<char>(value >> shift);
  return text;
}

// A request is an empty gRPC message with END_STREAM: five zero bytes in a DATA frame.
bool request_has_come(const std::string& received, std::uint32_t stream) {
  return received.find(frame(FrameType::data, 1, stream, std::string(5, '\0'))) != std::string::npos;
}

}  // namespace

Http2Peer::Http2Peer(std::string reply, Then then, std::string second)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), raw, size) != 0 || ::listen(listener_.get(), 1) != 0 ||
      ::getsockname(listener_.get(), raw, &size) != 0) {
    throw std::runtime_error("no port for the scripted peer");
  }
  port_ = ntohs(address.sin_port);
  thread_ =
      std::jthread([this, reply = std::move(reply), then, second = std::move(second)] { serve(reply, then, second); });
}

Http2Peer::~Http2Peer() {
  ::shutdown(listener_.get(), SHUT_RDWR);  // ends an accept() that nobody answered
}

const std::string& Http2Peer::received() {
  if (thread_.joinable()) thread_.join();
  return received_;
}

void Http2Peer::serve(const std::string& reply, Then then, const std::string& second) {
  const Descriptor client(::accept(listener_.get(), nullptr, nullptr));
  if (!client.valid()) return;
  std::array<char, 4096> buffer{};
  const auto receive = [&] {
    const ssize_t count = ::recv(client.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) received_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  };
  for (std::uint32_t stream = 1; stream <= (second.empty() ? 1U : 3U); stream += 2) {
    while (!request_has_come(received_, stream)) {
      if (!receive()) return;
    }
    const std::string& answer = stream == 1 ? reply : second;
    ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  if (then == Then::close) ::shutdown(client.get(), SHUT_WR);
  while (receive()) {
  }
}

std::string frame(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string text = big_endian(static_cast<std::uint32_t>(payload.size()), 3);
  text += static_cast<char>(type);
  text += static_cast<char>(flags);
  text += big_endian(stream, 4);
  text += payload;
  return text;
}

std::string on_stream(std::uint32_t stream, std::string frames) {
  constexpr std::size_t kHeader = 9;
  for (std::size_t at = 0; at < frames.size();) {
    std::size_t length = kHeader;
    for (std::size_t i = 0; i < 3; ++i)
      length += std::size_t{static_cast<std::uint8_t>(frames[at + i])} << (8 * (2 - i));
    frames.replace(at + 5, 4, big_endian(stream, 4));
    at += length;
  }
  return frames;
}

std::string headers(const std::vector<std::pair<std::string, std::string>>& fields, bool end) {
  std::string block;
  for (const auto& [name, value] : fields) {
    block += '\x10';  // literal, never indexed, new name; short enough for one length byte
    block += static_cast<char>(name.size()) + name;
    block += static_cast<char>(value.size()) + value;
  }
  constexpr std::uint8_t kEndHeaders = 4;
  return frame(FrameType::headers, end ? kEndHeaders | 1 : kEndHeaders, 1, block);
}

std::string data_frame(std::string_view bytes) {
  return frame(FrameType::data, 0, 1, bytes);
}

std::string response_begin() {
  constexpr std::uint8_t kAck = 1;  // the client's large window counts from here
  return frame(FrameType::settings, 0, 0, "") + frame(FrameType::settings, kAck, 0, "") +
         headers({{":status", "200"}, {"content-type", "application/grpc"}}, false);
}

std::string trailers(int status, std::string_view text) {
  return headers({{"grpc-status", std::to_string(status)}, {"grpc-message", std::string(text)}}, true);
}

std::string message(std::string_view bytes) {
  return std::string(1, '\0') + big_endian(static_cast<std::uint32_t>(bytes.size()), 4) + std::string(bytes);
}

}  // namespace holdfast::etcd::http2
