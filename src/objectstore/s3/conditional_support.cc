#include "objectstore/s3/conditional_support.h"

#include "base/log.h"
#include "objectstore/s3/object_headers.h"
#include "objectstore/s3/xml.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::string_view kProbe =
    "holdfast asks whether this store can refuse to replace an object; may be deleted\n";

constexpr int kTrials = 3;

bool says_exists(const Answer& answer) {
  return !answer && answer.error().status == 412;
}

// 501, or 400 about the header: the server knows that it does not know.
bool says_unknown(const Answer& answer) {
  return !answer && (answer.error().error.code == Code::unsupported || answer.error().status == 501);
}

}  // namespace

bool ConditionalSupport::for_one_request(const std::stop_token& stop) {
  if (const auto known = configured()) return *known;
  const std::lock_guard guard(mutex_);
  if (!one_request_) one_request_ = try_one_request(stop);
  return one_request_.value_or(false);
}

bool ConditionalSupport::for_parts(const std::stop_token& stop) {
  if (const auto known = configured()) return *known;
  if (!for_one_request(stop)) return false;
  const std::lock_guard guard(mutex_);
  if (!parts_) parts_ = try_parts(stop);
  return parts_.value_or(false);
}

std::optional<bool> ConditionalSupport::configured() const {
  switch (client_.config().conditional_put) {
    case ConditionalPut::supported:
      return true;
    case ConditionalPut::unsupported:
      return false;
    case ConditionalPut::automatic:
      break;
  }
  if (client_.endpoint().is_aws()) return true;  // since 2024, for both kinds of put
  return std::nullopt;
}

// A conditional put of a key that is there must be refused.
std::optional<bool> ConditionalSupport::try_one_request(const std::stop_token& stop) {
  // Always the same name: where it may not be removed, there is one of it and not one of every save.
  probe_key_ = client_.config().probe_prefix + ".holdfast-probe-conditional";
  std::optional<bool> result;
  Answer answer = put_probe(stop);
  if (says_unknown(answer)) return false;
  // More than once, since another trial may remove the probe in between.
  for (int i = 0; i < kTrials && answer; ++i) {
    answer = put_probe(stop);
    if (answer) result = false;
  }
  if (says_exists(answer)) result = true;  // also at the first one, onto a probe that stayed
  remove_probe();
  log::event(log::Level::info, "s3_conditional_put",
             {{"place", client_.place()}, {"kept", result ? (*result ? "yes" : "no") : "unknown"}});
  return result;
}

// An upload completed onto an object that is there must be refused.
std::optional<bool> ConditionalSupport::try_parts(const std::stop_token& stop) {
  if (const Answer there = put_probe(stop); !there && !says_exists(there)) return std::nullopt;
  std::optional<bool> result;
  Headers headers;
  add_customer_key(client_.config(), headers);
  const Answer created = client_.call({.operation = Operation::create_upload,
                                       .method = "POST",
                                       .key = probe_key_,
                                       .query = {{"uploads", ""}},
                                       .headers = headers},
                                      stop);
  if (created) {
    if (const auto id = parse_upload_id(as_text(created->body))) result = complete_onto_existing(*id, stop);
  }
  remove_probe();
  return result;
}

std::optional<bool> ConditionalSupport::complete_onto_existing(const std::string& upload_id,
                                                               const std::stop_token& stop) {
  Headers headers;
  add_customer_key(client_.config(), headers);
  const Answer part = client_.call({.operation = Operation::upload_part,
                                    .method = "PUT",
                                    .key = probe_key_,
                                    .query = {{"partNumber", "1"}, {"uploadId", upload_id}},
                                    .headers = headers,
                                    .body = as_bytes(kProbe)},
                                   stop);
  std::optional<bool> result;
  if (part) {
    const std::string document = complete_document({{.etag = unquoted(part->head.header("ETag"))}});
    const Answer completed = client_.call({.operation = Operation::complete_upload,
                                           .method = "POST",
                                           .key = probe_key_,
                                           .query = {{"uploadId", upload_id}},
                                           .body = as_bytes(document),
                                           .if_absent = true},
                                          stop);
    if (completed) return false;
    if (says_exists(completed)) result = true;
    if (says_unknown(completed)) result = false;
  }
  // Refused or broken off, so the upload is still there.
  static_cast<void>(client_.call({.operation = Operation::abort_upload,
                                  .method = "DELETE",
                                  .key = probe_key_,
                                  .query = {{"uploadId", upload_id}},
                                  .clean_up = true},
                                 std::stop_token()));
  return result;
}

Answer ConditionalSupport::put_probe(const std::stop_token& stop) {
  Call call{.operation = Operation::put_object,
            .method = "PUT",
            .key = probe_key_,
            .body = as_bytes(kProbe),
            .if_absent = true};
  add_customer_key(client_.config(), call.headers);
  return client_.call(call, stop);
}

void ConditionalSupport::remove_probe() {
  const Call call{.operation = Operation::delete_object, .method = "DELETE", .key = probe_key_, .clean_up = true};
  const Answer removed = client_.call(call, std::stop_token());
  if (removed) return;
  log::event(log::Level::info, "s3_probe_left",
             {{"place", client_.place()}, {"key", probe_key_}, {"reason", removed.error().error.message}});
}

}  // namespace holdfast::objectstore::s3
