#include "objectstore/s3/stored_look.h"

#include <array>
#include <chrono>

#include "base/log.h"
#include "objectstore/s3/object_headers.h"

namespace holdfast::objectstore::s3 {
namespace {

using std::chrono::milliseconds;

// Between two looks for an object that must be there.
constexpr std::array<milliseconds, 3> kPauses{milliseconds(250), milliseconds(1000), milliseconds(2500)};

Answer look(Client& client, const std::string& key, const std::stop_token& stop) {
  Call call{.operation = Operation::head_object, .method = "HEAD", .key = key};
  add_customer_key(client.config(), call.headers);
  return client.call(call, stop);
}

Answer look_patiently(Client& client, const std::string& key, const std::stop_token& stop) {
  Answer answer = look(client, key, stop);
  for (const milliseconds pause : kPauses) {
    if (answer || !answer.error().is_missing_key() || !client.clock().sleep_for(pause, stop)) break;
    answer = look(client, key, stop);
  }
  return answer;
}

}  // namespace

tl::unexpected<Error> kept_nothing(const Client& client, std::string_view what) {
  return with_hint(fail(Code::unsupported, "{} {}", client.place(), what),
                   "nothing that is stored there can be relied on: a proxy may answer in the server's place, or a rule "
                   "of the bucket removes new objects");
}

Status check_absent(Client& client, const std::string& key, const std::stop_token& stop) {
  const Answer found = look(client, key, stop);
  if (found) return fail(Code::exists, "{} is already there", key);
  if (found.error().is_missing_key() || found.error().error.code == Code::refused) return {};
  return tl::unexpected<Error>(found.error().error);
}

Result<ObjectInfo> confirm_stored(Client& client, ObjectInfo sent, const std::stop_token& stop) {
  const Answer answer = look_patiently(client, sent.key, stop);
  if (!answer && answer.error().is_missing_key()) {
    return kept_nothing(client, "says that the object is stored, but does not have it");
  }
  if (!answer) {
    log::event(log::Level::info, "s3_put_not_verified",
               {{"place", client.place()}, {"key", sent.key}, {"reason", answer.error().error.message}});
    return sent;
  }
  HF_ASSIGN(const ObjectInfo found, object_info(answer->head, sent.key));
  if (sent.etag.empty()) sent.etag = found.etag;
  if (found.etag != sent.etag) return sent;  // somebody replaced it already
  if (found.size != sent.size) {
    return fail(Code::corrupt, "{} has {} bytes in the store after {} were sent", sent.key, found.size, sent.size);
  }
  sent.modified = found.modified;
  return sent;
}

}  // namespace holdfast::objectstore::s3
