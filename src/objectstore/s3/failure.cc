#include "objectstore/s3/failure.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "objectstore/s3/endpoint.h"
#include "objectstore/s3/http_date.h"
#include "objectstore/s3/known_codes.h"
#include "objectstore/s3/xml.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::size_t kLongestQuote = 300;  // bytes of somebody else's text in our message
constexpr std::string_view kNotS3 =
    "something else answers at {endpoint}: check its port (a web console has another one than S3) and proxies in "
    "between";

constexpr std::string_view kCannotEncrypt =
    "the server does not encrypt as it was asked to: check --s3-sse and its key, and whether the server offers it";

std::string replaced(std::string text, std::string_view name, std::string_view value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
  return text;
}

std::string filled(std::string_view hint, const RequestFacts& request) {
  std::string text(hint);
  text = replaced(std::move(text), "{place}", request.place);
  text = replaced(std::move(text), "{endpoint}", request.endpoint);
  text = replaced(std::move(text), "{permission}", permission_for(request.operation));
  return replaced(std::move(text), "{region}", request.region);
}

// Somebody else's words, made fit for a terminal and a log line.
std::string quoted(std::string_view text) {
  std::string safe(text.substr(0, kLongestQuote));
  const bool is_text = is_utf8(safe);
  for (char& c : safe) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
    if (byte >= 0x80 && !is_text) c = '?';
  }
  return text.size() > kLongestQuote ? safe + "…" : safe;
}

bool contains(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

std::string request_id(const http::ResponseHead& head, const ErrorDocument& document) {
  const std::string id = head.header("x-amz-request-id");
  return quoted(id.empty() ? document.request_id : id);
}

Duration retry_after(const http::ResponseHead& head, WallTime now) {
  const std::string value = head.header("Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc() && end == value.data() + value.size() && seconds >= 0) return std::chrono::seconds(seconds);
  const auto date = parse_http_date(value);
  return date ? std::max(Duration(0), *date - now) : Duration(0);
}

// One way to read an answer: a code, whether to try again, and advice.
struct Verdict {
  Code code = Code::unsupported;
  bool try_again = false;
  std::string hint;
};

Verdict verdict_by_status(int status, bool is_s3) {
  const std::string elsewhere(is_s3 ? std::string_view() : kNotS3);
  if (status == 429 || status == 408) return {Code::unavailable, true, {}};
  if (status == 507) return {Code::no_space, false, "free space on the server"};
  if (status == 501) return {Code::unsupported, false, elsewhere};
  if (status >= 500) return {Code::unavailable, true, {}};
  if (status == 401 || status == 403) {
    return {Code::refused, false, is_s3 ? "the identity needs the right {permission} on {place}" : elsewhere};
  }
  // Somebody else's "not found" says nothing about the object.
  if (status == 404 && is_s3) return {Code::not_found, false, {}};
  return {Code::unsupported, false, elsewhere};
}

bool is_wrong_region(const http::ResponseHead& head, const ErrorDocument& document, const RequestFacts& request) {
  if (head.status == 301 || head.status == 307 || head.status == 308) return true;
  if (document.code == "AuthorizationHeaderMalformed" || document.code == "IllegalLocationConstraintException")
    return true;
  const std::string region = head.header("x-amz-bucket-region");
  return head.status == 400 && !region.empty() && region != request.region;
}

Verdict wrong_region(const std::string& region, const ErrorDocument& document, const RequestFacts& request) {
  if (!region.empty() && region != request.region) {
    return {Code::usage, false,
            fmt::format("the bucket is in region {}: set that instead of {}", region, request.region)};
  }
  if (!document.endpoint.empty()) {
    return {Code::usage, false, fmt::format("set the endpoint to {}", quoted(document.endpoint))};
  }
  return {Code::usage, false, "check region ({region}) and endpoint ({endpoint}) of the bucket"};
}

bool stores(Operation operation) {
  return operation == Operation::put_object || operation == Operation::create_upload ||
         operation == Operation::upload_part || operation == Operation::complete_upload;
}

// The codes S3 uses for many things, told apart by the message.
std::optional<Verdict> verdict_by_message(const ErrorDocument& document, const RequestFacts& request) {
  const std::string_view message = document.message;
  if (document.code == "AccessDenied" &&
      (contains(message, "object lock") || contains(message, "worm") || contains(message, "retention"))) {
    return Verdict{Code::refused, false, std::string(find_known_code("ObjectLocked")->hint)};
  }
  if (document.code != "InvalidRequest" && document.code != "InvalidArgument") return std::nullopt;
  const bool silent = message.empty() && request.object_lock;  // Ceph
  if (silent || contains(message, "object lock") || contains(message, "objectlockconfiguration")) {
    return Verdict{Code::unsupported, false,
                   std::string(find_known_code("ObjectLockConfigurationNotFoundError")->hint)};
  }
  if (contains(message, "checksum") || contains(message, "sha256")) {
    return Verdict{Code::unsupported, false, "choose another checksum mode: this server does not know this one"};
  }
  if (contains(message, "kms")) {
    return Verdict{Code::refused, false, std::string(find_known_code("KMS.NotFoundException")->hint)};
  }
  if (contains(message, "server side encryption") || contains(message, "server-side encryption")) {
    if (stores(request.operation)) return Verdict{Code::refused, false, std::string(kCannotEncrypt)};
    return Verdict{Code::refused, false, "the object was stored with a customer's key (SSE-C): give the same key"};
  }
  return std::nullopt;
}

Verdict skewed_clock(const http::ResponseHead& head, const ErrorDocument& document, const RequestFacts& request) {
  std::string theirs = quoted(document.server_time.empty() ? head.header("Date") : document.server_time);
  if (theirs.empty()) theirs = "another time";
  return {Code::refused, false,
          fmt::format("this machine's clock says {}, the server's {}: set the clock, for example with NTP",
                      format_time(request.sent), theirs)};
}

Verdict judge(const http::ResponseHead& head, std::string_view body, const ErrorDocument& document,
              const std::string& region, const RequestFacts& request) {
  if (head.status == 412) {
    if (request.if_absent) return {Code::exists, false, {}};
    return {Code::corrupt, false, "the object was replaced meanwhile; start again"};
  }
  if (document.code == "RequestTimeTooSkewed" || document.code == "RequestExpired") {
    return skewed_clock(head, document, request);
  }
  if (is_wrong_region(head, document, request)) return wrong_region(region, document, request);
  if (auto verdict = verdict_by_message(document, request)) return *verdict;
  if (const KnownCode* known = find_known_code(document.code)) {
    return {known->code, known->try_again, std::string(known->hint)};
  }
  if (head.status == 400 && (contains(body, "https port") || contains(body, "https server"))) {
    return {Code::usage, false, "the server wants TLS at this port: use https in the endpoint"};
  }
  if (head.status == 200) return {Code::unavailable, true, {}};
  // HEAD has no body, whoever answers.
  const bool is_s3 = !document.code.empty() || body.empty();
  return verdict_by_status(head.status, is_s3);
}

std::string message_of(const http::ResponseHead& head, std::string_view body, const ErrorDocument& document,
                       const RequestFacts& request) {
  std::string said;
  if (!document.code.empty()) {
    said = quoted(document.code);
    if (!document.message.empty()) said += fmt::format(" \"{}\"", quoted(document.message));
  } else if (!body.empty()) {
    said =
        fmt::format("no S3 error but {} that begins \"{:.60}\"",
                    quoted(head.header("Content-Type").empty() ? "a body" : head.header("Content-Type")), quoted(body));
  } else {
    said = "no explanation";
  }
  const std::string id = request_id(head, document);
  return fmt::format("s3 answered {} to {} in {} (HTTP {}{}{})", said, operation_name(request.operation), request.place,
                     head.status, id.empty() ? "" : ", request id ", id);
}

}  // namespace

Failure explain_answer(const http::ResponseHead& head, std::string_view body, const RequestFacts& request) {
  const ErrorDocument document = parse_error(body);
  Failure failure;
  failure.operation = request.operation;
  failure.status = head.status;
  failure.code = quoted(document.code);
  failure.region = head.header("x-amz-bucket-region");
  if (failure.region.empty()) failure.region = document.region;
  if (!is_region_name(failure.region)) failure.region.clear();
  failure.retry_after = retry_after(head, request.sent);

  const Verdict verdict = judge(head, body, document, failure.region, request);
  failure.try_again = verdict.try_again;
  failure.maybe_done = head.status >= 500 || head.status == 408 || head.status == 200;
  failure.error = {.code = verdict.code,
                   .message = message_of(head, body, document, request),
                   .hint = filled(verdict.hint, request),
                   .retryable = verdict.code == Code::unavailable || verdict.code == Code::timeout,
                   .context = {}};
  return failure;
}

Failure explain_transport(Error error, const RequestFacts& request) {
  Failure failure;
  failure.operation = request.operation;
  failure.try_again = error.retryable;
  failure.maybe_done = error.code == Code::unavailable || error.code == Code::timeout || error.code == Code::cancelled;
  const std::string_view text = error.message;
  if (contains(text, "wrong version number") || contains(text, "packet length too long")) {
    error.hint = "the server does not speak TLS at this port: check the port, or use http:// with --s3-allow-http";
    error.retryable = false;
    failure.try_again = false;
    failure.maybe_done = false;
  }
  error.context.push_back(fmt::format("{} in {}", operation_name(request.operation), request.place));
  failure.error = std::move(error);
  return failure;
}

}  // namespace holdfast::objectstore::s3
