#include "etcd/http2/message_inbox.h"

namespace holdfast::etcd::http2 {
namespace {

std::size_t length_in(const std::uint8_t* prefix) {
  return std::size_t{prefix[1]} << 24 | std::size_t{prefix[2]} << 16 | std::size_t{prefix[3]} << 8 | prefix[4];
}

}  // namespace

Result<std::optional<ByteView>> MessageInbox::take() {
  const ByteView rest = ByteView(bytes_).subspan(taken_);
  if (rest.size() >= kPrefix) {
    if (rest[0] != 0) return fail(Code::unsupported, "the member sends compressed messages, which were not asked for");
    const std::size_t length = length_in(rest.data());
    if (length > kMaxMessage) return fail(Code::corrupt, "the member announces a message of {} bytes", length);
    if (rest.size() - kPrefix >= length) {
      taken_ += kPrefix + length;
      return rest.subspan(kPrefix, length);
    }
  }
  // Only what is left of an unfinished message moves to the front: little, and once for many messages.
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
  return std::nullopt;
}

}  // namespace holdfast::etcd::http2
