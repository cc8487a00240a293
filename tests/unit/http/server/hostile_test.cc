// Whatever bytes come, the server lives, answers sensibly or not at all, and serves the next one.
#include <atomic>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/http/server/server_test_support.h"

namespace holdfast::http::test {
namespace {

// Fragments of HTTP, good and bad, and any bytes.
rc::Gen<std::string> hostile_bytes() {
  const auto fragment = rc::gen::oneOf(
      rc::gen::element<std::string>("GET ", "POST ", "/", "/%41?a=b", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "Host: h\r\n",
                                    "Content-Length: 5\r\n", "Content-Length: 18446744073709551615\r\n",
                                    "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n",
                                    "Connection: close\r\n", "\r\n", "\r\n\r\n", "5\r\nhello\r\n", "0\r\n\r\n", "hello",
                                    "\n", "\r", "ffffffffffffffff\r\n"),
      rc::gen::just(get_request("/")), rc::gen::just(get_request("/stream")), rc::gen::arbitrary<std::string>());
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(fragment), [](const std::vector<std::string>& all) {
    std::string bytes;
    for (const std::string& each : all)
      bytes += each;
    return bytes;
  });
}

// Is everything that came a row of well-formed answers, the last one possibly cut off?
bool is_http(std::string_view text) {
  while (!text.empty()) {
    if (!text.starts_with("HTTP/1.1 ") && !std::string_view("HTTP/1.1 ").starts_with(text)) return false;
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return true;
    const std::string_view head = text.substr(0, end + 4);
    text.remove_prefix(head.size());
    const std::size_t length = head.find("Content-Length: ");
    if (length != std::string_view::npos) {
      text.remove_prefix(std::min(std::strtoul(head.data() + length + 16, nullptr, 10), text.size()));
    } else if (head.find("chunked") != std::string_view::npos) {
      const std::size_t last = text.find("0\r\n\r\n");
      text.remove_prefix(last == std::string_view::npos ? text.size() : last + 5);
    } else if (!head.starts_with("HTTP/1.1 100")) {
      return true;  // until the end of the connection
    }
  }
  return true;
}

TEST(HostileBytes, GetHttpBackAndHurtNobody) {
  const auto server = start({.header_limit = 4096, .body_limit = 4096},
                            [](ServerRequest request, std::unique_ptr<Responder> responder) {
                              if (request.path != "/stream") return echo(std::move(request), std::move(responder));
                              const auto stream = responder->stream({});
                              stream->write("chunk");
                              stream->finish();
                            });
  EXPECT_TRUE(rc::check([&] {
    const std::string bytes = *hostile_bytes();
    RawClient client(server->port());
    client.send(bytes);
    client.end_sending();
    const std::string got = client.rest();
    RC_ASSERT(is_http(got));
    RawClient next(server->port());
    next.send(get_request("/next"));
    RC_ASSERT(next.answer().body == "GET /next\n");
  }));
  EXPECT_TRUE(eventually([&] { return server->counts().connections == 0; }));
}

TEST(HostileBytes, VanishingClientsLeaveNothingBehind) {
  OpenStreams streams;
  const auto server = start([&](ServerRequest request, std::unique_ptr<Responder> responder) {
    if (request.path == "/stream") return streams.handler()(std::move(request), std::move(responder));
    responder->send({.body = std::string(1U << 20U, 'x')});
  });
  EXPECT_TRUE(rc::check([&] {
    const std::string all = get_request("/") + get_request("/stream");
    const auto size = *rc::gen::inRange<std::size_t>(0, all.size() + 1);
    RawClient client(server->port());
    client.send(std::string_view(all).substr(0, size));
    client.reset();
  }));
  EXPECT_TRUE(eventually([&] { return server->counts().connections == 0 && server->counts().streams == 0; }));
}

}  // namespace
}  // namespace holdfast::http::test
