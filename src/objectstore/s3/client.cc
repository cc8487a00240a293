#include "objectstore/s3/client.h"

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "base/sha256.h"
#include "objectstore/s3/xml.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr RetryPolicy kCleanUpPolicy{.attempts = 3,
                                     .first_delay = std::chrono::milliseconds(200),
                                     .longest_delay = std::chrono::seconds(1),
                                     .budget = std::chrono::seconds(15)};
constexpr Duration kCleanUpTimeout = std::chrono::seconds(10);  // for one attempt
constexpr Duration kPatience = std::chrono::seconds(1);         // without an answer, before somebody is told of it
constexpr std::size_t kErrorLimit = 64 * kKiB;                  // bytes of an error's body that are looked at

bool is_success(int status) {
  return status >= 200 && status < 300;
}

bool asks_for_lock(const Call& call) {
  return std::any_of(call.headers.begin(), call.headers.end(),
                     [](const http::Header& header) { return header.name == "x-amz-object-lock-mode"; });
}

std::string payload_hash(const Call& call) {
  if (call.body.empty()) return std::string(kEmptyPayloadSha256);
  if (!call.payload_sha256.empty()) return call.payload_sha256;
  return to_hex(Sha256::of(call.body));
}

// Collects the body of a failure, and of a success unless somebody else takes it.
class Collector {
 public:
  Collector(const Call& call, const Receiver* receiver) : call_(call), receiver_(receiver) {}

  Status take_head(const http::ResponseHead& head) {
    response_.head = head;
    if (is_success(head.status) && receiver_ != nullptr) return receiver_->on_head(head);
    return {};
  }

  Status take_body(ByteView piece) {
    const bool success = is_success(response_.head.status);
    if (success && receiver_ != nullptr) return receiver_->on_body(piece);
    const std::size_t limit = success ? call_.reply_limit : kErrorLimit;
    const std::size_t room = limit - response_.body.size();
    if (success && piece.size() > room) return fail(Code::corrupt, "the answer is larger than {} bytes", limit);
    piece = piece.first(std::min(piece.size(), room));  // the beginning of an overlong error page is enough
    response_.body.insert(response_.body.end(), piece.begin(), piece.end());
    return {};
  }

  http::Response& response() { return response_; }

 private:
  const Call& call_;
  const Receiver* receiver_;
  http::Response response_;
};

}  // namespace

Client::Client(const Config& config, Endpoint endpoint, http::Transport& transport, CredentialProvider& credentials,
               os::Clock& clock, os::Random& random)
    : config_(config),
      endpoint_(std::move(endpoint)),
      transport_(transport),
      credentials_(credentials),
      clock_(clock),
      random_(random),
      region_(config.region.empty() ? endpoint_.default_region() : config.region) {}

Answer Client::call(const Call& call, const std::stop_token& stop) {
  Retrier retrier = make_retrier(call);
  const std::string hash = payload_hash(call);
  bool maybe_done = false;
  while (true) {
    Answer answer = attempt_hashed(call, hash, nullptr, stop);
    if (answer) return answer;
    Failure& failure = answer.error();
    maybe_done = maybe_done || failure.maybe_done;
    failure.maybe_done = maybe_done;
    if (failure.try_again && wait_before_retry(retrier, call, failure, stop)) continue;
    if (retrier.attempts() > 1) {
      failure.error.context.push_back(
          fmt::format("{} attempts in {}", retrier.attempts(), format_duration(retrier.elapsed())));
    }
    return answer;
  }
}

Answer Client::attempt(const Call& call, const Receiver& receiver, const std::stop_token& stop) {
  return attempt_hashed(call, payload_hash(call), &receiver, stop);
}

Answer Client::attempt_hashed(const Call& call, const std::string& payload_sha256, const Receiver* receiver,
                              const std::stop_token& stop) {
  Once once;
  while (true) {
    auto credentials = credentials_.get(stop);
    if (!credentials) {
      Failure failure;
      failure.error = std::move(credentials).error();
      failure.error.context.push_back("find credentials for " + place());
      failure.try_again = failure.error.retryable;
      return tl::unexpected<Failure>(std::move(failure));
    }
    Answer answer = send_signed(call, payload_sha256, *credentials, receiver, stop);
    if (answer || !learnt(answer.error(), once)) return answer;
  }
}

Answer Client::send_signed(const Call& call, const std::string& payload_sha256, const Credentials& credentials,
                           const Receiver* receiver, const std::stop_token& stop) {
  const std::string region = this->region();
  const Endpoint::Target target = endpoint_.target(call.key, region);
  const WallTime now = clock_.now();
  RequestToSign to_sign{.method = call.method,
                        .path = target.path,
                        .query = call.query,
                        .headers = call.headers,
                        .payload_sha256 = payload_sha256};
  to_sign.headers.push_back({"Host", target.host});
  if (call.if_absent) to_sign.headers.push_back({"If-None-Match", "*"});

  http::Request request{.method = call.method,
                        .url = target.origin + encode_path(target.path),
                        .headers = to_sign.headers,
                        .body = call.body,
                        .total_timeout = call.clean_up ? kCleanUpTimeout : Duration(0),
                        .fresh_connection = call.if_absent};  // its second sending would find the first one's object
  const std::string query = canonical_query(call.query);
  if (!query.empty()) request.url += "?" + query;
  for (http::Header& header : sign_v4(to_sign, credentials, {.region = region}, now)) {
    request.headers.push_back(std::move(header));
  }

  ++requests_;
  Collector collector(call, receiver);
  const Status sent = transport_.stream(
      request, [&](const http::ResponseHead& head) { return collector.take_head(head); },
      [&](ByteView piece) { return collector.take_body(piece); }, stop);
  const RequestFacts facts{.operation = call.operation,
                           .place = place(),
                           .endpoint = endpoint_.describe(),
                           .region = region,
                           .path_style = endpoint_.is_path_style(),
                           .if_absent = call.if_absent,
                           .object_lock = asks_for_lock(call),
                           .sent = now};
  http::Response& response = collector.response();
  const bool refused = response.head.status != 0 && !is_success(response.head.status);
  // A refusal whose body breaks off is still that refusal.
  if (refused) return tl::unexpected<Failure>(explain_answer(response.head, as_text(response.body), facts));
  if (!sent) return tl::unexpected<Failure>(explain_transport(sent.error(), facts));
  // This one call begins its answer before it knows the outcome.
  if (call.operation == Operation::complete_upload && !parse_error(as_text(response.body)).code.empty()) {
    return tl::unexpected<Failure>(explain_answer(response.head, as_text(response.body), facts));
  }
  return std::move(response);
}

bool Client::learnt(const Failure& failure, Once& once) {
  const bool expired =
      failure.code == "ExpiredToken" || failure.code == "InvalidToken" || failure.code == "TokenRefreshRequired";
  if (expired && !once.credentials_renewed) {
    once.credentials_renewed = true;
    credentials_.forget();
    return true;
  }
  if (!config_.region.empty() || once.region_followed || failure.region.empty() || failure.status == 200) return false;
  const std::lock_guard guard(mutex_);
  if (failure.region == region_) return false;
  log::event(log::Level::info, "s3_region_learnt", {{"bucket", endpoint_.bucket()}, {"region", failure.region}});
  region_ = failure.region;
  once.region_followed = true;
  return true;
}

Retrier Client::make_retrier(const Call& call) {
  return {call.clean_up ? kCleanUpPolicy : config_.retry, clock_, random_};
}

bool Client::wait_before_retry(Retrier& retrier, const Call& call, const Failure& failure,
                               const std::stop_token& stop) {
  if (!call.clean_up && retrier.elapsed() >= kPatience && !told_of_waiting_.exchange(true)) {
    log::event(log::Level::warning, "s3_waiting",
               {{"place", place()},
                {"reason", failure.error.message},
                {"attempt", fmt::format("{} of {}", retrier.attempts(), config_.retry.attempts)}});
  }
  if (!retrier.again(failure.retry_after, stop)) return false;
  ++retries_;
  log::event(log::Level::info, "s3_retry",
             {{"operation", std::string(operation_name(call.operation))},
              {"place", place()},
              {"key", call.key},
              {"attempt", std::to_string(retrier.attempts())},
              {"reason", failure.error.message}});
  return true;
}

std::string Client::region() const {
  const std::lock_guard guard(mutex_);
  return region_;
}

Traffic Client::traffic() const {
  return {.requests = requests_, .retries = retries_};
}

}  // namespace holdfast::objectstore::s3
