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
  std::string_view says = {};  // instead of a message that tells nothing
};

constexpr std::string_view kNeedsRoot = "use a user that holds the role root, or a client certificate of such a user";
constexpr std::string_view kNoTlsThere = "if the server does not speak TLS there, use http://";
constexpr std::string_view kTlsThere = "if the server speaks TLS there, use https://";
constexpr std::string_view kNotTrusted = "give the authority of the members' certificates with --cacert";
constexpr std::string_view kOtherName =
    "use a name that is in the member's certificate as endpoint, or give one with --server-name";
constexpr std::string_view kWantsCertificate =
    "if the members ask for client certificates, give one that they trust with --cert and its key with --key";
constexpr std::string_view kNoPair =
    "--cert and --key must be a certificate and its own key, unencrypted, and --cacert must hold certificates";
constexpr std::string_view kNoSuchUser =
    "etcd knows no user of that name, which is the common name of the client certificate: log in with --user, or give "
    "a user's certificate";
constexpr std::string_view kLimits =
    "raise the limit of processes or of memory (ulimit -u, ulimit -v, the container's limits)";
constexpr std::string_view kUnusable = "the given certificates and key cannot be used for TLS";

// Messages that say more than their code; the first that fits counts.
constexpr std::array kRules = {
    Rule{"invalid user ID or password", Code::refused, false, "check user and password"},
    Rule{"user name is empty", Code::refused, false,
         "etcd wants a user: give user and password, or a client certificate"},
    Rule{"user not found", Code::refused, false, kNoSuchUser},
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
    Rule{"hostname mismatch", Code::refused, false, kOtherName},
    Rule{"IP address mismatch", Code::refused, false, kOtherName},
    Rule{"certificate verify failed", Code::refused, false, kNotTrusted},
    Rule{"is not in peer certificate", Code::refused, false, kOtherName},
    Rule{"Hostname Verification Check failed", Code::refused, false, kOtherName},
    Rule{"certificate required", Code::refused, false, kWantsCertificate},
    Rule{"bad certificate", Code::refused, false, kWantsCertificate},
    Rule{"Endpoint read failed", Code::unavailable, true, kWantsCertificate},
    // Without usable key material gRPC 1.51 makes no connection to any address, and does not say why.
    Rule{"empty address list", Code::usage, false, kNoPair, kUnusable},
    Rule{"Failed to create security handshaker", Code::usage, false, kNoPair, kUnusable},
    Rule{"client key cannot be used", Code::usage, false, kNoPair},
    Rule{"Cannot allocate memory", Code::unavailable, true, kLimits},
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
  // "ipv4:127.0.0.1:2379: ": whoever tells the error names the endpoint.
  for (const std::string_view scheme : {"ipv4:", "ipv6:", "unix:"}) {
    const auto end = message.find(": ");
    if (message.starts_with(scheme) && end != std::string_view::npos) message.remove_prefix(end + 2);
  }
  return message;
}

}  // namespace

Error to_error(const RpcStatus& status) {
  if (status.stopped) return fail(Code::cancelled, "stopped").value();
  Error error;
  error.message = core_of(status.message);
  if (error.message.empty())
    error.message = fmt::format("call failed with gRPC code {}", static_cast<int>(status.code));
  for (const Rule& rule : kRules) {
    if (!contains(status.message, rule.text)) continue;
    error.code = rule.code;
    error.retryable = rule.retryable;
    error.hint = rule.hint;
    if (!rule.says.empty()) error.message = rule.says;
    return error;
  }
  error.code = plain_code(status.code);
  error.retryable = error.code == Code::unavailable || error.code == Code::timeout;
  return error;
}

Error to_error(const RpcStatus& status, bool tls) {
  Error error = to_error(status);
  // A member that merely goes away looks the same.
  if (!status.sent && contains(status.message, "Socket closed")) error.hint = tls ? kNoTlsThere : kTlsThere;
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
