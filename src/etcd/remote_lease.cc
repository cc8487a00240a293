#include "etcd/convert.h"
#include "etcd/remote_client.h"
#include "etcd/rpc_error.h"

namespace holdfast::etcd {
namespace {

constexpr RpcMethod kGrant{"/etcdserverpb.Lease/LeaseGrant", Repeat::never};
constexpr RpcMethod kRevoke{"/etcdserverpb.Lease/LeaseRevoke", Repeat::never};
constexpr RpcMethod kTimeToLive{"/etcdserverpb.Lease/LeaseTimeToLive"};
constexpr RpcMethod kLeases{"/etcdserverpb.Lease/LeaseLeases"};
constexpr std::string_view kKeepAlive = "/etcdserverpb.Lease/LeaseKeepAlive";

tl::unexpected<Error> no_such_lease(std::int64_t id) {
  return fail(Code::not_found, "lease {:x} does not exist", id);
}

// One request and its answer on a fresh stream: etcd offers the renewal of leases as a stream only.
RpcStatus renew(const SessionMember& member, const RpcCall& call, std::int64_t id, Duration timeout,
                wire::LeaseKeepAliveResponse& reply) {
  const auto stream = member.channel->open(call, {});
  wire::LeaseKeepAliveRequest request;
  request.set_id(id);
  stream->write(request.SerializeAsString(), true);
  ByteView message;
  switch (stream->read(message, timeout)) {
    case RpcStream::Outcome::message:
      if (reply.ParseFromArray(message.data(), static_cast<int>(message.size()))) return {};
      return {RpcCode::data_loss, "the reply cannot be read"};
    case RpcStream::Outcome::timeout:
      return {RpcCode::deadline_exceeded, "no answer within " + format_duration(timeout)};
    case RpcStream::Outcome::end:
    case RpcStream::Outcome::stopped:
      break;
  }
  const RpcStatus status = stream->finish();
  return status.ok() ? RpcStatus{RpcCode::unavailable, "the call ended without an answer"} : status;
}

}  // namespace

Result<Lease> RemoteClient::lease_grant(std::int64_t ttl_seconds, std::int64_t id) {
  wire::LeaseGrantRequest request;
  request.set_ttl(ttl_seconds);
  request.set_id(id);
  wire::LeaseGrantResponse reply;
  HF_TRY(session_->ask(kGrant, request, reply));
  if (!reply.error().empty()) return fail(Code::refused, "lease not granted: {}", reply.error());
  return Lease{.id = reply.id(), .ttl = reply.ttl(), .granted_ttl = reply.ttl(), .keys = {}};
}

Status RemoteClient::lease_revoke(std::int64_t id) {
  wire::LeaseRevokeRequest request;
  request.set_id(id);
  wire::LeaseRevokeResponse reply;
  return session_->ask(kRevoke, request, reply);
}

Result<Lease> RemoteClient::lease_time_to_live(std::int64_t id, bool keys) {
  wire::LeaseTimeToLiveRequest request;
  request.set_id(id);
  request.set_keys(keys);
  wire::LeaseTimeToLiveResponse reply;
  HF_TRY(session_->ask(kTimeToLive, request, reply));
  if (reply.ttl() < 0) return no_such_lease(id);  // etcd answers -1 for a lease that is gone or was never there
  Lease lease{.id = reply.id(), .ttl = reply.ttl(), .granted_ttl = reply.granted_ttl(), .keys = {}};
  lease.keys.assign(reply.keys().begin(), reply.keys().end());
  return lease;
}

Result<std::vector<std::int64_t>> RemoteClient::leases() {
  wire::LeaseLeasesResponse reply;
  HF_TRY(session_->ask(kLeases, wire::LeaseLeasesRequest(), reply));
  std::vector<std::int64_t> ids;
  for (const wire::LeaseStatus& lease : reply.leases())
    ids.push_back(lease.id());
  return ids;
}

Result<std::int64_t> RemoteClient::lease_keep_alive_once(std::int64_t id) {
  Error last;
  bool renewed_token = false;
  const auto members = session_->in_order_of_preference();
  for (std::size_t i = 0; i < members.size();) {
    HF_ASSIGN(const Secret token, session_->token());
    wire::LeaseKeepAliveResponse reply;
    const RpcStatus status = renew(*members[i], {kKeepAlive, token, true}, id, session_->request_timeout(), reply);
    if (status.ok() && reply.ttl() <= 0) return no_such_lease(id);
    if (status.ok()) return reply.ttl();
    if (!renewed_token && session_->renew_token(status.message, token)) {
      renewed_token = true;
      continue;
    }
    last = in_context(to_error(status), "LeaseKeepAlive at {}", members[i]->endpoint.text).value();
    if (!last.retryable) break;
    ++i;
  }
  return tl::unexpected<Error>(std::move(last));
}

}  // namespace holdfast::etcd
