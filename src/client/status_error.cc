#include "client/status_error.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "client/api_client.h"

#include "api/fields.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::client {
namespace {

constexpr std::size_t kMostStatusBytes = 4 * 1024 * 1024;
constexpr std::size_t kMostLineBytes = 500;

struct Meaning {
  Code code;
  const char* hint;
};

// Who lacks a right is told whom to ask; what nobody may do says itself why.
const char* hint_of_forbidden(std::string_view message) {
  const bool lists = message.find(" cannot list ") != std::string_view::npos ||
                     message.find(" cannot watch ") != std::string_view::npos;
  if (lists && message.find("at the cluster scope") != std::string_view::npos) {
    return "lists of everything are for administrators: name a namespace (-n cluster-NAME), for clusters a project (-l "
           "project-id=PROJECT); \"holdfast config whoami\" lists yours";
  }
  if (message.find("User \"") == std::string_view::npos) return "";
  return "\"holdfast config whoami\" says what you may; ask an administrator for a role that allows it";
}

Meaning meaning_of(int status, std::string_view reason, std::string_view message) {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return {Code::usage, ""};  // the message names the field and what it must be
    case 401:
      return {Code::refused,
              "check the token or the client certificate of the context; it may have run out or been revoked"};
    case 403:
      return {Code::refused, hint_of_forbidden(message)};
    case 404:
      return {Code::not_found, "\"holdfast get\" lists what is there; check the name and the namespace (-n)"};
    case 409:
      if (reason == "AlreadyExists") return {Code::exists, "use another name, or change what is there"};
      return {Code::refused, "somebody else has changed it: look at it again, then repeat"};
    case 410:
      return {Code::unavailable, "the server no longer knows that state: ask again"};
    case 429:
    case 503:
      return {Code::unavailable, "try again in a moment"};
    case 504:
      return {Code::timeout, "try again in a moment"};
    case 405:
    case 406:
    case 415:
      return {Code::unsupported, "this server does not do that"};
    default:
      return {status >= 500 ? Code::internal : Code::unsupported, "look into the server's log"};
  }
}

bool drop_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The message of the cause with this reason; nothing when there is none.
std::optional<std::string_view> cause(const json::Value& answer, std::string_view reason) {
  const json::Array* causes = api::array_at(answer, {"details", "causes"});
  if (causes == nullptr) return std::nullopt;
  for (const json::Value& each : *causes) {
    if (api::text_at(each, {"reason"}) == reason) return api::text_at(each, {"message"});
  }
  return std::nullopt;
}

// An answer that is one line of text; empty when it is something else: whatever stands in between may send anything.
std::string_view plain_line(std::string_view body) {
  if (body.ends_with('\n')) body.remove_suffix(1);
  const bool printable =
      std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
  return printable && body.size() <= kMostLineBytes && !body.starts_with('<') ? body : std::string_view();
}

}  // namespace

Error status_error(int status, std::string_view body) {
  const auto document = json::parse(body, kMostStatusBytes);
  const json::Value answer = document ? *document : json::Value(nullptr);
  const std::string_view reason = api::text_at(answer, {"reason"});
  const std::string_view message = document ? api::text_at(answer, {"message"}) : plain_line(body);
  const Meaning meaning = meaning_of(status, reason, message);
  Error error{.code = meaning.code, .message = std::string(message), .hint = meaning.hint};
  if (error.message.empty()) error.message = fmt::format("the server answered {} and no reason", status);
  error.retryable = error.code == Code::unavailable || error.code == Code::timeout || status == 409;
  if (error.code == Code::exists) error.retryable = false;
  if (cause(answer, api::kBackupDamaged)) {
    error.code = Code::corrupt;
    error.retryable = false;
  }
  if (const auto hint = cause(answer, api::kHint); hint && !hint->empty()) error.hint = *hint;
  return error;
}

bool is_conflict(const Error& error) {
  return error.code == Code::refused && error.retryable;
}

bool is_conflict_with_ourselves(const Error& error) {
  // "Apply failed with 2 conflicts: conflicts with "holdfast" using …:\n- .spec.keep\n…", as Kubernetes words it. A
  // server names a hundred fields; the owners of more are not known.
  constexpr std::string_view kHead = "Apply failed with ";
  constexpr std::size_t kMostNamed = 100;
  const std::string_view message = error.message;
  if (error.code != Code::refused || !message.starts_with(kHead)) return false;
  std::size_t conflicts = 0;
  const std::string_view count = message.substr(kHead.size());
  std::from_chars(count.data(), count.data() + count.size(), conflicts);
  if (conflicts == 0 || conflicts > kMostNamed) return false;
  bool any = false;
  for (std::size_t at = 0; (at = message.find("conflict", at)) != std::string_view::npos; ++at) {
    std::string_view owner = message.substr(at);
    if (!drop_prefix(owner, "conflict with \"") && !drop_prefix(owner, "conflicts with \"")) continue;
    any = true;
    const bool ours = drop_prefix(owner, kFieldManager) && owner.starts_with('"');
    if (!ours && !message.substr(message.find('"', at) + 1).starts_with(kDestinationManager)) return false;
  }
  return any;
}

}  // namespace holdfast::client
