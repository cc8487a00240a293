// The reader alone: pieces, limits, what is kept for the next request.
#include "http/server/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::http::test {
namespace {

using State = RequestReader::State;

struct Outcome {
  State state = State::head;
  int refused = 0;
  std::vector<std::string> requests;
  bool operator==(const Outcome&) const = default;
};

std::string text(const ServerRequest& request) {
  std::string all = request.method + " " + request.path;
  for (const auto& [name, value] : request.query)
    all += "|" + name + "=" + value;
  for (const Header& header : request.headers)
    all += "|" + header.name + ":" + header.value;
  return all + "|" + request.body;
}

// Feeds everything, in pieces of the given sizes (over and over).
Outcome read_all(std::string_view bytes, const std::vector<std::size_t>& sizes, const ReaderLimits& limits = {}) {
  RequestReader reader(limits);
  Outcome outcome;
  for (std::size_t turn = 0; !bytes.empty() && reader.state() != State::refused; ++turn) {
    const std::size_t size = std::min(sizes[turn % sizes.size()], bytes.size());
    reader.feed(bytes.substr(0, size));
    bytes.remove_prefix(size);
    while (reader.state() == State::complete) {
      outcome.requests.push_back(text(reader.take_request()));
      reader.next();
    }
  }
  outcome.state = reader.state();
  if (outcome.state == State::refused) outcome.refused = reader.refusal().status;
  return outcome;
}

TEST(RequestReader, ReadsTheSameWhateverPiecesItComesIn) {
  EXPECT_TRUE(rc::check([] {
    const auto part = rc::gen::element<std::string>(
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "PUT /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n", "0\r\n\r\n",
        "0\r\nX: y\r\n\r\n", "\r\n", "GET ", "Host: h\r\n", "x", "%", "\n", "Content-Length: 1\r\n",
        "5;ext=\"1\"\r\n12345\r\n", "HTTP/1.1", "HTTP/1.0\r\n\r\n");
    const auto parts = *rc::gen::container<std::vector<std::string>>(part);
    const auto sizes =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 9)));
    std::string bytes;
    for (const std::string& each : parts)
      bytes += each;
    // Some errors are seen in the middle of a head only if much of it comes at once, but always at its end.
    for (int i = 0; i < 8; ++i)
      bytes += "\r\n\r\n";

    const Outcome whole = read_all(bytes, {std::max<std::size_t>(bytes.size(), 1)});
    const Outcome pieces = read_all(bytes, sizes);

    RC_ASSERT(whole.requests == pieces.requests);
    RC_ASSERT((whole.state == State::refused) == (pieces.state == State::refused));
    RC_ASSERT(whole.refused == pieces.refused);
  }));
}

TEST(RequestReader, NeverHoldsMuchMoreThanItsLimits) {
  EXPECT_TRUE(rc::check([] {
    const ReaderLimits limits{.target = 100, .header = 1000, .body = 2000};
    RequestReader reader(limits);
    const auto start = *rc::gen::element<std::string>(
        "", "GET / HTTP/1.1\r\nHost: h\r\n", "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
    const auto filler = *rc::gen::element<std::string>("a", "A: b\r\n", "1\r\nx\r\n", "7", "\r\n", "1;a=b\r\nx\r\n");
    reader.feed(start);
    for (int i = 0; i < 20'000 && reader.state() != State::refused && reader.state() != State::complete; ++i)
      reader.feed(filler);
    RC_ASSERT(reader.held_bytes() < 64U * 1024U);
  }));
}

TEST(RequestReader, KeepsTheNextRequest) {
  RequestReader reader({});
  reader.feed("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET");
  ASSERT_EQ(reader.state(), State::complete);
  EXPECT_EQ(reader.take_request().path, "/1");
  ASSERT_EQ(reader.next(), State::complete);
  EXPECT_EQ(reader.take_request().path, "/2");
  EXPECT_EQ(reader.next(), State::head);
  EXPECT_TRUE(reader.started());
}

TEST(RequestReader, SkipsEmptyLinesBeforeARequest) {
  RequestReader reader({});
  EXPECT_EQ(reader.feed("\r\n\r\n"), State::head);
  EXPECT_FALSE(reader.started());
  EXPECT_EQ(reader.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), State::complete);
}

TEST(RequestReader, DropsTrailers) {
  RequestReader reader({});
  reader.feed("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
  ASSERT_EQ(reader.state(), State::complete);
  EXPECT_EQ(reader.take_request().header("Authorization"), "");
}

TEST(RequestReader, SaysWhetherTheClientWaitsToBeAsked) {
  RequestReader reader({});
  reader.feed("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_TRUE(reader.waits_for_continue());
  reader.feed("a");
  EXPECT_FALSE(reader.waits_for_continue());
}

TEST(RequestReader, SaysWhetherTheConnectionMayGoOn) {
  const auto keeps = [](const std::string& head) {
    RequestReader reader({});
    EXPECT_EQ(reader.feed(head), State::complete) << head;
    return reader.keep_alive();
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestReader, IgnoresOffersToSwitchProtocols) {
  RequestReader reader({});
  EXPECT_EQ(reader.feed("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        "HTTP2-Settings: x\r\n\r\n"),
            State::complete);
}

}  // namespace
}  // namespace holdfast::http::test
