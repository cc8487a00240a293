#include "etcd/http2/message_inbox.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::etcd::http2 {
namespace {

Bytes framed(ByteView message) {
  const std::size_t size = message.size();
  Bytes bytes{0, static_cast<std::uint8_t>(size >> 24), static_cast<std::uint8_t>(size >> 16),
              static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

TEST(MessageInbox, GivesTheSameMessagesHoweverTheBytesCome) {
  EXPECT_TRUE(rc::check([](const std::vector<Bytes>& messages) {
    Bytes stream;
    for (const Bytes& message : messages) {
      const Bytes one = framed(message);
      stream.insert(stream.end(), one.begin(), one.end());
    }
    MessageInbox inbox;
    std::vector<Bytes> got;
    for (std::size_t at = 0; at < stream.size();) {
      const auto size = *rc::gen::inRange<std::size_t>(1, 40);
      const ByteView piece = ByteView(stream).subspan(at, std::min(size, stream.size() - at));
      at += piece.size();
      inbox.append(piece);
      while (const auto message = *inbox.take())
        got.emplace_back(message->begin(), message->end());
    }
    RC_ASSERT(got == messages);
    RC_ASSERT(inbox.empty());
  }));
}

TEST(MessageInbox, WaitsForTheRestOfAMessage) {
  MessageInbox inbox;
  inbox.append(ByteView(framed(as_bytes("message"))).first(9));
  EXPECT_FALSE(*inbox.take());
  EXPECT_FALSE(inbox.empty());
}

TEST(MessageInbox, RefusesCompressedMessages) {
  MessageInbox inbox;
  inbox.append(Bytes{1, 0, 0, 0, 1, 'x'});
  EXPECT_EQ(inbox.take().error().code, Code::unsupported);
}

TEST(MessageInbox, RefusesAnEnormousMessageBeforeItHasCome) {
  MessageInbox inbox;
  inbox.append(Bytes{0, 0xff, 0xff, 0xff, 0xff});
  EXPECT_EQ(inbox.take().error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::etcd::http2
