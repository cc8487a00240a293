#include "objectstore/s3/put_object.h"

#include <algorithm>

#include "objectstore/s3/http_date.h"
#include "objectstore/s3/stored_look.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr auto kDateResolution =
    std::chrono::seconds(2);  // HTTP's dates are whole seconds, rounded as the server likes

// The object as it is stored now, when it is byte for byte `body` and was stored since `began`.
std::optional<ObjectInfo> find_same(Client& client, const std::string& key, ByteView body, os::SteadyTime began) {
  Call call{
      .operation = Operation::get_object, .method = "GET", .key = key, .reply_limit = body.size(), .clean_up = true};
  add_customer_key(client.config(), call.headers);
  const Answer answer = client.call(call, std::stop_token());
  if (!answer || !std::equal(body.begin(), body.end(), answer->body.begin(), answer->body.end())) return std::nullopt;
  auto info = object_info(answer->head, key);
  const auto server_time = parse_http_date(answer->head.header("Date"));
  if (!info || !server_time) return std::nullopt;
  const Duration age = *server_time - info->modified;  // both by the server's clock
  if (age > client.clock().steady() - began + kDateResolution) return std::nullopt;
  info->metadata.clear();
  return *info;
}

}  // namespace

tl::expected<ObjectInfo, Failure> put_object(Client& client, const PutPlan& plan, ByteView body,
                                             const std::stop_token& stop) {
  const BodyChecks checks = body_checks(client.config(), body, plan.md5_required);
  Call call{.operation = Operation::put_object,
            .method = "PUT",
            .key = plan.key,
            .headers = plan.headers,
            .body = body,
            .payload_sha256 = checks.payload_sha256,
            .if_absent = plan.if_absent};
  call.headers.insert(call.headers.end(), checks.headers.begin(), checks.headers.end());
  const os::SteadyTime began = client.clock().steady();
  const Answer answer = client.call(call, stop);
  if (!answer) {
    Failure failure = answer.error();
    if (failure.maybe_done) {
      if (auto info = find_same(client, plan.key, body, began)) return *info;
      if (failure.error.hint.empty()) failure.error.hint = "the answer was lost: look whether the object is there";
    }
    return tl::unexpected<Failure>(std::move(failure));
  }
  if (auto stored = check_stored(checks, answer->head, plan.key); !stored) {
    Failure failure;
    failure.error = std::move(stored).error();
    return tl::unexpected<Failure>(std::move(failure));
  }
  // S3's documentation promises an ETag; it is what tells our object from another's later.
  if (answer->head.header("ETag").empty()) {
    Failure failure;
    failure.error = kept_nothing(client, "says that the object is stored, but gave it no ETag").value();
    return tl::unexpected<Failure>(std::move(failure));
  }
  ObjectInfo sent{.key = plan.key,
                  .size = body.size(),
                  .modified = parse_http_date(answer->head.header("Date")).value_or(client.clock().now()),
                  .etag = unquoted(answer->head.header("ETag"))};
  auto confirmed = confirm_stored(client, std::move(sent), stop);
  if (confirmed) return std::move(*confirmed);
  Failure failure;
  failure.error = std::move(confirmed).error();
  return tl::unexpected<Failure>(std::move(failure));
}

}  // namespace holdfast::objectstore::s3
