#include "etcd/rpc_error.h"

#include <array>
#include <string_view>

namespace holdfast::etcd {
namespace {

struct Rule {
  std::string_view text;  // part of the message
  Code code;
  bool retryable;
  std::string_view hint;
};

constexpr std::string_view kNeedsRoot = "use a user that holds the role root, or a client certificate of such a user";
constexpr std::string_view kNoTlsThere = "if the server does not speak TLS there, use http://";
constexpr std::string_view kNotTrusted =
    "check the CA file and that the endpoint's name is in the server's certificate";

// Messages that say more than their code; the first that fits counts.
constexpr std::array kRules = {
    Rule{"invalid user ID or password", Code::refused, false, "check user and password"},
    Rule{"user name is empty", Code::refused, false,
         "etcd wants a user: give user and password, or a client certificate"},
    Rule{"permission denied", Code::refused, false, kNeedsRoot},
    Rule{"invalid auth token", Code::refused, true, "the login is no longer valid: try again"},
    Rule{"learner", Code::unsupported, false, "ask a voting member"},
    Rule{"has been compacted", Code::not_found, false, "ask for a newer revision"},
    Rule{"future revision", Code::not_found, false, "the cluster has not come that far: ask for an older revision"},
    Rule{"database space exceeded", Code::no_space, false, "compact and defragment the members, then disarm the alarm"},
    Rule{"message larger than max", Code::usage, false, "the server takes smaller requests only"},
    Rule{"lease already exists", Code::exists, false, ""},
    Rule{"corrupt cluster", Code::corrupt, false, "a member found its data differing from the others'"},
    Rule{"too many requests", Code::unavailable, true, ""},
    Rule{"no leader", Code::unavailable, true, "the cluster has no quorum at the moment"},
    Rule{"not leader", Code::unavailable, true, ""},
    Rule{"CERTIFICATE_VERIFY_FAILED", Code::refused, false, kNotTrusted},
    Rule{"certificate verify failed", Code::refused, false, kNotTrusted},
    Rule{"is not in peer certificate", Code::refused, false, kNotTrusted},
    Rule{"Hostname Verification Check failed", Code::refused, false, kNotTrusted},
    Rule{"WRONG_VERSION_NUMBER", Code::refused, false, kNoTlsThere},
    Rule{"wrong version number", Code::refused, false, kNoTlsThere},
    Rule{"closed during the TLS handshake", Code::unavailable, true, kNoTlsThere},
    Rule{"Ssl handshake failed", Code::unavailable, true, "one side does not accept the other's certificate"},
};

Code plain_code(RpcCode code) {
  switch (code) {
    case RpcCode::cancelled:
    case RpcCode::aborted:
    case RpcCode::internal:  // HTTP/2 resets come as this
    case RpcCode::unknown:
    case RpcCode::unavailable:
    case RpcCode::resource_exhausted:
      return Code::unavailable;
    case RpcCode::deadline_exceeded:
      return Code::timeout;
    case RpcCode::not_found:
      return Code::not_found;
    case RpcCode::already_exists:
      return Code::exists;
    case RpcCode::permission_denied:
    case RpcCode::unauthenticated:
    case RpcCode::failed_precondition:
      return Code::refused;
    case RpcCode::unimplemented:
      return Code::unsupported;
    case RpcCode::data_loss:
      return Code::corrupt;
    case RpcCode::invalid_argument:
    case RpcCode::out_of_range:
      return Code::usage;
    case RpcCode::ok:
      break;
  }
  return Code::internal;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// gRPC wraps the reason why it could not connect: only that reason helps.
std::string_view core_of(std::string_view message) {
  constexpr std::string_view kWrapping = "last error: ";
  if (const auto at = message.find(kWrapping); at != std::string_view::npos)
    message.remove_prefix(at + kWrapping.size());
  for (const std::string_view prefix : {"UNKNOWN: ", "UNAVAILABLE: ", "etcdserver: "}) {
    if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
  }
  return message;
}

}  // namespace

Error to_error(const RpcStatus& status) {
  Error error;
  error.message = core_of(status.message);
  if (error.message.empty())
    error.message = fmt::format("call failed with gRPC code {}", static_cast<int>(status.code));
  for (const Rule& rule : kRules) {
    if (!contains(status.message, rule.text)) continue;
    error.code = rule.code;
    error.retryable = rule.retryable;
    error.hint = rule.hint;
    return error;
  }
  error.code = plain_code(status.code);
  error.retryable = error.code == Code::unavailable || error.code == Code::timeout;
  return error;
}

bool wants_new_token(std::string_view message) {
  return contains(message, "invalid auth token") || contains(message, "revision of auth store is old") ||
         contains(message, "user name is empty");
}

bool says_auth_is_off(const Error& error) {
  return contains(error.message, "authentication is not enabled");
}

}  // namespace holdfast::etcd
