#include "http/server/request_reader.h"

#include <algorithm>
#include <limits>

// Beast 1.81 asserts that a last chunk is at least five bytes long when it looks at it a second time; "0\r\n" and one
// byte more of it are four, which it handles well. A client must not be able to end a build with assertions.
#define BOOST_DISABLE_ASSERTS
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "http/server/target.h"
#include "http/server/text_rules.h"

namespace holdfast::http {
namespace {

namespace beast = boost::beast;

constexpr std::size_t kMostFields = 200;
constexpr std::size_t kLongestChunkLine = 16 * 1024;  // the size line of a chunk, or all trailer fields
constexpr std::size_t kFieldOverhead = sizeof(Header) + 32;
constexpr std::size_t kKeptCapacity = 512;  // of the buffer between requests

constexpr std::string_view kBadRequest = "the request is not valid HTTP/1.1";

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Does the request line end as one of HTTP/2.0 would?
bool names_another_version(std::string_view head) {
  std::string_view line = head.substr(0, head.find("\r\n"));
  line.remove_prefix(line.size() - std::min<std::size_t>(line.size(), 9));
  return line.size() == 9 && line.starts_with(" HTTP/") && is_number(line.substr(6, 1)) && line[7] == '.' &&
         is_number(line.substr(8)) && line != " HTTP/1.1" && line != " HTTP/1.0";
}

Refusal too_large(std::string_view head) {
  if (head.find("\r\n") == std::string_view::npos) {
    return {.status = 414, .message = "the target of the request is too long"};
  }
  return {.status = 431, .message = "the head of the request is too large"};
}

// `head`: what has come of it.
Refusal refusal_for(const beast::error_code& error, std::string_view head) {
  using Syntax = beast::http::error;
  // Comparisons instead of a switch: the category has to match too.
  const auto is = [&](Syntax each) { return error == each; };
  if (is(Syntax::body_limit)) return {.status = 413, .message = "the body of the request is too large"};
  if (is(Syntax::header_limit)) return too_large(head);
  if (is(Syntax::bad_version) && names_another_version(head)) {
    return {.status = 505, .message = "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  return {.status = 400, .message = std::string(kBadRequest)};
}

}  // namespace

class RequestReader::Parser final : public beast::http::basic_parser<true> {
 public:
  explicit Parser(const ReaderLimits& limits) : target_limit_(limits.target) {
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
    header_limit(static_cast<std::uint32_t>(std::min(limits.header, kMost)));
    body_limit(limits.body);
  }

  ServerRequest request;
  Refusal refusal;  // by our rules; its message is empty when they have no objection
  std::size_t fields_bytes = 0;
  bool expects_continue = false;
  bool new_version = false;  // HTTP/1.1
  bool head_done = false;

  // The whole head, as it came: rules that Beast's events cannot tell.
  void check_head(std::string_view head);

 private:
  void object(beast::error_code& error, int status, std::string message) {
    refusal = {.status = status, .message = std::move(message)};
    error = beast::http::error::bad_field;
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       beast::error_code& error) override {
    new_version = version >= 11;
    request.method.assign(method.data(), method.size());
    request.raw_target.assign(target.data(), target.size());
    if (target.size() > target_limit_) return object(error, 414, "the target of the request is too long");
    auto parsed = http::parse_target(request.raw_target);
    if (!parsed) return object(error, 400, parsed.error().message);
    request.path = std::move(parsed->path);
    request.query = std::move(parsed->query);
  }

  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     beast::error_code& error) override {
    if (head_done) return;  // a trailer
    if (request.headers.size() == kMostFields) return object(error, 431, "the request has too many header fields");
    const std::string_view text(value.data(), value.size());
    if (!is_field_value(text)) return object(error, 400, "a header field holds a control character");
    fields_bytes += kFieldOverhead + name.size() + value.size();
    request.headers.push_back({.name = std::string(name.data(), name.size()), .value = std::string(text)});
  }

  void on_header_impl(beast::error_code& error) override {
    head_done = true;
    check_framing(error);
    if (!error) check_host(error);
    if (!error) check_expectation(error);
  }

  std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        request.headers, [&](const Header& each) { return equal_without_case(each.name, name); }));
  }

  // RFC 9112, 6.3: whoever reads a length differently than the one before us smuggles a request past it.
  void check_framing(beast::error_code& error) {
    const std::size_t lengths = count("Content-Length");
    const std::size_t encodings = count("Transfer-Encoding");
    if (lengths + encodings > 1) return object(error, 400, "the length of the body is given more than once");
    if (lengths == 1 && !is_number(request.header("Content-Length"))) {
      return object(error, 400, "the Content-Length is not a number");
    }
    if (encodings == 0) return;
    if (!new_version) return object(error, 400, "HTTP/1.0 has no Transfer-Encoding");
    if (!equal_without_case(request.header("Transfer-Encoding"), "chunked")) {
      return object(error, 501, "the only Transfer-Encoding understood is chunked");
    }
  }

  void check_host(beast::error_code& error) {
    const std::size_t hosts = count("Host");
    if (hosts > 1 || (hosts == 0 && new_version)) object(error, 400, "the request must have one Host field");
  }

  void check_expectation(beast::error_code& error) {
    const std::string expectation = request.header("Expect");
    if (expectation.empty() || !new_version) return;
    if (!equal_without_case(expectation, "100-continue")) {
      return object(error, 417, "the only expectation understood is 100-continue");
    }
    expects_continue = true;
  }

  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}  // never: these are requests

  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

  std::size_t on_body_impl(beast::string_view body, beast::error_code&) override {
    request.body.append(body.data(), body.size());
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, beast::error_code&) override {
    request.body.append(body.data(), body.size());
    return body.size();
  }

  void on_finish_impl(beast::error_code&) override {}

  const std::size_t target_limit_;
};

void RequestReader::Parser::check_head(std::string_view head) {
  if (!refusal.message.empty()) return;
  if (head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos) {
    refusal = {.status = 400, .message = "a header field is folded"};
  }
}

RequestReader::RequestReader(const ReaderLimits& limits) : limits_(limits) {}
RequestReader::~RequestReader() = default;

RequestReader::State RequestReader::refuse(Refusal why) {
  refusal_ = std::move(why);
  return state_ = State::refused;
}

RequestReader::State RequestReader::feed(std::string_view bytes) {
  buffer_.append(bytes);
  return parse();
}

// Beast's own limit is for what it has not yet parsed; ours is for the head, and for what a chunked body may hold
// beside data.
bool RequestReader::check_size() {
  if (state_ == State::head && buffer_.size() > limits_.header) {
    refuse(too_large(buffer_));
    return false;
  }
  if (state_ == State::body && buffer_.size() - parsed_ > kLongestChunkLine) {
    refuse({.status = 400, .message = "the lines around the chunks of the body are too long"});
    return false;
  }
  return true;
}

void RequestReader::forget_parsed() {
  buffer_.erase(0, parsed_);
  parsed_ = 0;
}

RequestReader::State RequestReader::parse() {
  if (state_ == State::complete || state_ == State::refused) return state_;
  if (!parser_) {
    while (buffer_.starts_with("\r\n"))
      buffer_.erase(0, 2);  // RFC 9112, 2.2: some clients end a body with one too many
    if (buffer_.empty() || buffer_ == "\r") return state_;
    parser_ = std::make_unique<Parser>(limits_);
  }
  for (;;) {
    beast::error_code error;
    const std::size_t taken = parser_->put({buffer_.data() + parsed_, buffer_.size() - parsed_}, error);
    parsed_ += taken;
    if (state_ == State::head && parser_->head_done && (!error || error == beast::http::error::need_more)) {
      parser_->check_head(std::string_view(buffer_).substr(0, parsed_));
      if (parsed_ <= limits_.header) state_ = State::body;
    }
    if (!parser_->refusal.message.empty()) return refuse(parser_->refusal);
    if (error && error != beast::http::error::need_more) {
      return refuse(refusal_for(error, buffer_));
    }
    if (state_ == State::body) forget_parsed();
    if (state_ == State::body && parser_->is_done()) return state_ = State::complete;
    if (!check_size()) return state_;
    if (error || taken == 0 || buffer_.size() == parsed_) return state_;
  }
}

// Most connections wait most of the time.
void RequestReader::shrink() {
  if (buffer_.empty() && buffer_.capacity() > kKeptCapacity) std::string().swap(buffer_);
}

RequestReader::State RequestReader::next() {
  parser_.reset();
  state_ = State::head;
  shrink();
  return parse();
}

std::size_t RequestReader::held_bytes() const {
  const std::size_t request = parser_ ? parser_->fields_bytes + parser_->request.body.capacity() : 0;
  return buffer_.capacity() + request;
}

bool RequestReader::waits_for_continue() const {
  return state_ == State::body && parser_->expects_continue && buffer_.empty() && parser_->request.body.empty();
}

bool RequestReader::keep_alive() const {
  return state_ == State::complete && parser_->new_version && parser_->keep_alive();
}

bool RequestReader::head_only() const {
  return parser_ && parser_->request.method == "HEAD";
}

bool RequestReader::understands_chunks() const {
  return parser_ && parser_->new_version;
}

ServerRequest RequestReader::take_request() {
  ServerRequest request = std::move(parser_->request);
  parser_.reset();
  shrink();
  return request;
}

}  // namespace holdfast::http
