#include "objectstore/s3/object_lock.h"

#include "base/md5.h"
#include "objectstore/s3/object_headers.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr auto kDateResolution = std::chrono::seconds(1);  // servers may round the time they were given

QueryParameters with_version(QueryParameters query, const std::string& version) {
  if (!version.empty() && version != "null") query.emplace_back("versionId", version);
  return query;
}

Answer put_lock(Client& client, const std::string& key, const std::string& version, WallTime until,
                const std::stop_token& stop) {
  const std::string document = retention_document(lock_mode_name(client.config().lock_mode), until);
  return client.call({.operation = Operation::put_retention,
                      .method = "PUT",
                      .key = key,
                      .query = with_version({{"retention", ""}}, version),
                      .headers = {{"Content-MD5", to_base64(md5(as_bytes(document)))}},
                      .body = as_bytes(document)},
                     stop);
}

}  // namespace

Status check_unlocked(const http::ResponseHead& head, const std::string& key, WallTime now) {
  const auto until = parse_time(head.header("x-amz-object-lock-retain-until-date"));
  const bool retained = until && *until > now;
  const bool held = head.header("x-amz-object-lock-legal-hold") == "ON";
  if (!retained && !held) return {};
  const std::string why = retained ? fmt::format("is locked until {}", format_time(*until)) : "is under legal hold";
  return with_hint(fail(Code::refused, "{} {}", key, why), "a locked object can be removed after that time only");
}

Status ensure_locked(Client& client, const ObjectInfo& stored, WallTime until, const std::stop_token& stop) {
  Call look{.operation = Operation::head_object, .method = "HEAD", .key = stored.key};
  add_customer_key(client.config(), look.headers);
  const Answer found = client.call(look, stop);
  std::string version;
  if (found) {
    if (unquoted(found->head.header("ETag")) != stored.etag)
      return {};  // replaced by somebody: ours is an old version now
    version = found->head.header("x-amz-version-id");
    const auto locked = parse_time(found->head.header("x-amz-object-lock-retain-until-date"));
    if (locked && *locked + kDateResolution >= until) return {};
  }
  // Not locked, or we may not look: a lock that is there already is not shortened by this.
  const Answer put = put_lock(client, stored.key, version, until, stop);
  if (put) return {};
  static_cast<void>(client.call({.operation = Operation::delete_object,
                                 .method = "DELETE",
                                 .key = stored.key,
                                 .query = with_version({}, version),
                                 .clean_up = true},
                                std::stop_token()));
  return in_context(put.error().error, "lock {} until {}", stored.key, format_time(until));
}

}  // namespace holdfast::objectstore::s3
