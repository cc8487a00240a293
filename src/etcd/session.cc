#include "etcd/session.h"

#include <fmt/ranges.h>
#include <google/protobuf/message_lite.h>

#include "etcd.pb.h"

#include "etcd/rpc_error.h"

namespace holdfast::etcd {
namespace {

constexpr RpcMethod kAuthenticate{"/etcdserverpb.Auth/Authenticate", Repeat::safe, Login::never};

std::string_view short_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool may_go_elsewhere(const RpcStatus& status, Repeat repeat) {
  if (!status.sent) return true;
  const Error error = to_error(status);
  if (error.code == Code::unsupported) return true;  // a learner, or an older server: refused before anything was done
  return repeat == Repeat::safe && (error.code == Code::unavailable || error.code == Code::timeout);
}

// A member that was started again leaves us with a connection that breaks under the first call: the second finds a new
// one. A member that is really gone refuses the second at once.
bool connection_was_lost(const RpcStatus& status, Repeat repeat) {
  return !status.ok() && (repeat == Repeat::safe || !status.sent) && to_error(status).code == Code::unavailable;
}

tl::unexpected<Error> nobody_answered(std::vector<Error> errors) {
  if (errors.size() == 1) return tl::unexpected<Error>(std::move(errors.front()));
  std::vector<std::string> reasons;
  for (const Error& error : errors)
    reasons.push_back(error.to_string());
  Error all = std::move(errors.back());
  all.message = fmt::format("no endpoint answered: {}", fmt::join(reasons, "; "));
  all.context.clear();
  return tl::unexpected<Error>(std::move(all));
}

Status parse(const std::string& bytes, std::string_view path, google::protobuf::MessageLite& reply) {
  if (reply.ParseFromString(bytes)) return {};
  return fail(Code::corrupt, "{}: the reply of {} bytes cannot be read", short_name(path), bytes.size());
}

}  // namespace

Session::Session(std::vector<SessionMember> members, std::string user, Secret password, Duration request_timeout)
    : members_(std::move(members)),
      user_(std::move(user)),
      password_(std::move(password)),
      request_timeout_(request_timeout) {
  for (const SessionMember& member : members_)
    endpoints_.push_back(member.endpoint.text);
}

Status Session::ask(const RpcMethod& method, const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite& reply) {
  HF_ASSIGN(const std::string bytes, attempt_any(method, request.SerializeAsString()));
  return parse(bytes, method.path, reply);
}

Status Session::ask_member(const std::string& endpoint, const RpcMethod& method,
                           const google::protobuf::MessageLite& request, google::protobuf::MessageLite& reply) {
  HF_ASSIGN(const SessionMember* target, member(endpoint));
  const Attempt bytes = attempt(*target, method, request.SerializeAsString());
  if (!bytes) return tl::unexpected<Error>(bytes.error().error);
  return parse(*bytes, method.path, reply);
}

Result<const SessionMember*> Session::member(const std::string& endpoint) const {
  for (const SessionMember& member : members_) {
    if (member.endpoint.text == endpoint) return &member;
  }
  return fail(Code::usage, "\"{}\" is none of this client's endpoints", endpoint);
}

std::vector<const SessionMember*> Session::in_order_of_preference() const {
  std::vector<const SessionMember*> order;
  const std::size_t first = preferred_;
  for (std::size_t i = 0; i < members_.size(); ++i)
    order.push_back(&members_[(first + i) % members_.size()]);
  return order;
}

Result<std::string> Session::attempt_any(const RpcMethod& method, const std::string& request) {
  std::vector<Error> errors;
  for (const SessionMember* member : in_order_of_preference()) {
    Attempt result = attempt(*member, method, request);
    if (result) {
      preferred_ = static_cast<std::size_t>(member - members_.data());
      return std::move(*result);
    }
    errors.push_back(std::move(result.error().error));
    if (!result.error().may_go_elsewhere) break;
  }
  return nobody_answered(std::move(errors));
}

Session::Attempt Session::attempt(const SessionMember& member, const RpcMethod& method, const std::string& request) {
  std::string reply;
  Result<RpcStatus> status = call(member, method, request, reply);
  if (!status) return tl::unexpected<Failure>(Failure{std::move(status).error()});
  if (status->ok()) return reply;
  auto error =
      in_context(to_error(*status, member.endpoint.tls), "{} at {}", short_name(method.path), member.endpoint.text);
  return tl::unexpected<Failure>(Failure{std::move(error).value(), may_go_elsewhere(*status, method.repeat)});
}

Result<RpcStatus> Session::call(const SessionMember& member, const RpcMethod& method, const std::string& request,
                                std::string& reply) {
  Secret used;
  if (method.login == Login::always) {
    HF_ASSIGN(used, token());
  }
  RpcStatus status = member.channel->unary({method.path, used}, request, reply, request_timeout_);
  if (connection_was_lost(status, method.repeat)) {
    status = member.channel->unary({method.path, used}, request, reply, request_timeout_);
  }
  if (method.login == Login::never || status.ok() || !renew_token(status.message, used)) return status;
  HF_ASSIGN(used, token());
  return member.channel->unary({method.path, used}, request, reply, request_timeout_);
}

Result<Secret> Session::token() {
  if (user_.empty()) return Secret();
  const std::lock_guard lock(token_mutex_);
  if (!logged_in_) {
    HF_ASSIGN(token_, log_in());
    logged_in_ = true;
  }
  return token_;
}

bool Session::renew_token(std::string_view message, const Secret& rejected) {
  if (user_.empty() || !wants_new_token(message)) return false;
  const std::lock_guard lock(token_mutex_);
  if (token_.reveal() == rejected.reveal()) logged_in_ = false;
  return true;
}

Result<Secret> Session::log_in() {
  wire::AuthenticateRequest request;
  request.set_name(user_);
  request.set_password(std::string(password_.reveal()));
  auto bytes = attempt_any(kAuthenticate, request.SerializeAsString());
  if (!bytes && says_auth_is_off(bytes.error())) return Secret();
  if (!bytes) return in_context(std::move(bytes).error(), "log in as {}", user_);
  wire::AuthenticateResponse reply;
  HF_TRY(parse(*bytes, kAuthenticate.path, reply));
  return Secret(reply.token());
}

}  // namespace holdfast::etcd
