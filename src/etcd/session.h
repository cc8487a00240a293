// The members of one cluster and our login there: which member to ask, when to ask another, when to log in again.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "etcd/endpoint.h"
#include "etcd/rpc.h"

namespace google::protobuf {
class MessageLite;
}

namespace holdfast::etcd {

struct SessionMember {
  Endpoint endpoint;
  std::unique_ptr<RpcChannel> channel;
};

// Whether a call that may have reached a member may be sent to another one as well.
enum class Repeat {
  safe,   // it only reads
  never,  // it changes something: only a call that was certainly not sent goes elsewhere
};

// Whether a call carries our login.
enum class Login {
  always,
  when_asked,  // some calls work without, also while the cluster cannot check logins
  never,
};

struct RpcMethod {
  std::string_view path;  // "/etcdserverpb.KV/Range"
  Repeat repeat = Repeat::safe;
  Login login = Login::always;
};

// Safe for concurrent use.
class Session {
 public:
  // `user` empty: no login. At least one member.
  Session(std::vector<SessionMember> members, std::string user, Secret password, Duration request_timeout);

  const std::vector<std::string>& endpoints() const { return endpoints_; }
  Duration request_timeout() const { return request_timeout_; }

  // Asks the member that answered last, then the others in turn. When several failed, the error names each.
  Status ask(const RpcMethod& method, const google::protobuf::MessageLite& request,
             google::protobuf::MessageLite& reply);
  // Asks this member alone. Code::usage when it is none of ours.
  Status ask_member(const std::string& endpoint, const RpcMethod& method, const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite& reply);

  Result<const SessionMember*> member(const std::string& endpoint) const;
  // All members, the one that answered last first.
  std::vector<const SessionMember*> in_order_of_preference() const;

  // What a call of ours carries; logs in when needed. Empty without a user, or when the cluster has no users.
  Result<Secret> token();
  // True when a call's error message says that a new login can help; the next token() logs in again then, unless
  // somebody else already did.
  bool renew_token(std::string_view message, const Secret& rejected);

 private:
  struct Failure {
    Error error;
    bool may_go_elsewhere = false;
  };
  using Attempt = tl::expected<std::string, Failure>;

  Attempt attempt(const SessionMember& member, const RpcMethod& method, const std::string& request);
  Result<std::string> attempt_any(const RpcMethod& method, const std::string& request);
  Result<RpcStatus> call(const SessionMember& member, const RpcMethod& method, const std::string& request,
                         std::string& reply);
  Result<Secret> log_in();

  std::vector<SessionMember> members_;
  std::vector<std::string> endpoints_;
  std::string user_;
  Secret password_;
  Duration request_timeout_;
  std::atomic<std::size_t> preferred_ = 0;

  std::mutex token_mutex_;  // held while logging in, so that many calls log in once
  Secret token_;
  bool logged_in_ = false;
};

}  // namespace holdfast::etcd
