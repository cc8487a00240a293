// The small parts: bytes on their way out, heads of answers, gzip.
#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <zlib.h>

#include "http/server/compress.h"
#include "http/server/out_queue.h"
#include "http/server/response_head.h"

namespace holdfast::http::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(OutQueue, SendsEverythingInOrderWhateverTheSocketTakes) {
  EXPECT_TRUE(rc::check([](const std::vector<std::string>& pieces) {
    OutQueue queue;
    std::string expected;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      expected += pieces[i];
      if (i % 2 == 0) {
        queue.add(pieces[i]);
      } else {
        queue.add_shared(std::make_shared<const std::string>(pieces[i]));
      }
    }
    std::string sent;
    while (!queue.empty()) {
      std::array<std::string_view, 3> views;
      const std::size_t used = queue.next(views);
      std::string available;
      for (std::size_t i = 0; i < used; ++i)
        available += views[i];
      RC_ASSERT(!available.empty());
      const auto taken = *rc::gen::inRange<std::size_t>(1, available.size() + 1);
      sent += available.substr(0, taken);
      queue.consume(taken);
      RC_ASSERT(queue.bytes() == expected.size() - sent.size());
    }
    RC_ASSERT(sent == expected);
  }));
}

TEST(OutQueue, FramesChunks) {
  OutQueue queue;
  queue.add_chunk(std::make_shared<const std::string>(26, 'x'));
  queue.add_last_chunk();
  std::array<std::string_view, 8> views;
  std::string all;
  for (std::size_t i = 0; i < queue.next(views); ++i)
    all += views[i];
  EXPECT_EQ(all, "1a\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n");
}

TEST(ResponseHead, IsWhatGoesOverTheWire) {
  const ServerResponse response{.status = 409, .headers = {{.name = "A", .value = "b c"}}, .body = {}};
  EXPECT_EQ(response_head(response, {.length = 5, .chunked = false, .close = true}, "now"),
            "HTTP/1.1 409 Conflict\r\nDate: now\r\nA: b c\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(response_head({.status = 299}, {.chunked = true}, "now"),
            "HTTP/1.1 299 \r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(ResponseHead, NoTextOfAHandlerAddsALine) {
  EXPECT_TRUE(rc::check([](const std::string& name, const std::string& value) {
    const ServerResponse response{.headers = {{.name = name, .value = value}}, .body = {}};
    if (!check_response(response)) return;
    const std::string head = response_head(response, {}, "now");
    RC_ASSERT(std::count(head.begin(), head.end(), '\n') <= 4);
    RC_ASSERT(std::count(head.begin(), head.end(), '\r') == std::count(head.begin(), head.end(), '\n'));
  }));
}

TEST(ResponseHead, WhatIsNoAnswerIsRefused) {
  EXPECT_FALSE(check_response({.status = 100}));
  EXPECT_FALSE(check_response({.status = 600}));
  EXPECT_FALSE(check_response({.headers = {{.name = "a b", .value = ""}}}));
  EXPECT_FALSE(check_response({.headers = {{.name = "", .value = ""}}}));
  EXPECT_FALSE(check_response({.headers = {{.name = "a", .value = "b\r\nc: d"}}}));
  EXPECT_FALSE(check_response({.headers = {{.name = "a", .value = "b\nc: d"}}}));
  EXPECT_TRUE(check_response({.headers = {{.name = "a", .value = "b\tc \xc3\xa4"}}}));
}

TEST(HttpDate, IsTheOneOfTheStandard) {
  EXPECT_EQ(http_date(WallTime(std::chrono::seconds(784'111'777))), "Sun, 06 Nov 1994 08:49:37 GMT");
}

std::string unzipped(const std::string& text) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(8U << 20U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  out.resize(result == Z_STREAM_END ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}

std::string header_of(const ServerResponse& response, std::string_view name) {
  for (const Header& each : response.headers) {
    if (each.name == name) return each.value;
  }
  return {};
}

class Compress : public testing::Test {
 protected:
  ServerResponse compressed(const std::string& accept, ServerResponse response) {
    ServerRequest request;
    request.headers = {{.name = "accept-encoding", .value = accept}};
    compress(request, response);
    return response;
  }
  const std::string large_ = [] {
    std::string text;
    while (text.size() < 1U << 20U)
      text += fmt::format("{{\"name\":\"object-{}\"}},", text.size());
    return text;
  }();
};

TEST_F(Compress, MakesBigAnswersSmaller) {
  const ServerResponse response = compressed("gzip, deflate", {.body = large_});
  EXPECT_EQ(header_of(response, "Content-Encoding"), "gzip");
  EXPECT_LT(response.body.size(), large_.size() / 4);
  EXPECT_TRUE(unzipped(response.body) == large_);
}

TEST_F(Compress, LeavesOthersAlone) {
  EXPECT_TRUE(compressed("identity", {.body = large_}).body == large_);
  EXPECT_EQ(header_of(compressed("identity", {.body = large_}), "Vary"), "Accept-Encoding");
  EXPECT_EQ(compressed("gzip", {.body = "small"}).body, "small");
  const ServerResponse encoded{.headers = {{.name = "Content-Encoding", .value = "br"}}, .body = large_};
  EXPECT_TRUE(compressed("gzip", encoded).body == large_);
}

TEST_F(Compress, UnderstandsWhatIsAccepted) {
  for (const char* yes : {"gzip", "GZIP", "br, gzip;q=0.5", "*", "gzip;q=1", " gzip ; q=0.001", "*;q=0, gzip"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzip;q=0, *", "xgzip", ",,;"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

}  // namespace
}  // namespace holdfast::http::test
