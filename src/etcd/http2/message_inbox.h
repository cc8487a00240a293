// Cuts the bytes of a gRPC response body into its messages: each is a flag byte, a big-endian length and the message.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::etcd::http2 {

// Holds what has come and was not taken; at most a message and what came with its end.
class MessageInbox {
 public:
  // Refused as Code::corrupt when larger: etcd's snapshot messages have 32 KiB.
  static constexpr std::size_t kMaxMessage = 16 * kMiB;
  static constexpr std::size_t kPrefix = 5;  // bytes before each message

  void append(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

  // The next whole message, if it has come; valid until the next call of any kind. Code::corrupt or Code::unsupported
  // when there can be none.
  Result<std::optional<ByteView>> take();

  bool empty() const { return taken_ == bytes_.size(); }

 private:
  Bytes bytes_;
  std::size_t taken_ = 0;  // bytes at the front that were given out
};

}  // namespace holdfast::etcd::http2
