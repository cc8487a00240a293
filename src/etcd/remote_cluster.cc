#include "etcd/checked_stream.h"
#include "etcd/convert.h"
#include "etcd/remote_client.h"
#include "etcd/rpc_snapshot.h"

namespace holdfast::etcd {
namespace {

constexpr RpcMethod kStatus{"/etcdserverpb.Maintenance/Status", Repeat::safe, Login::when_asked};
constexpr RpcMethod kMemberList{"/etcdserverpb.Cluster/MemberList"};
constexpr RpcMethod kAlarm{"/etcdserverpb.Maintenance/Alarm"};
constexpr RpcMethod kHashKv{"/etcdserverpb.Maintenance/HashKV"};

AlarmKind from_wire(wire::AlarmMember::Kind kind) {
  if (kind == wire::AlarmMember::NOSPACE) return AlarmKind::no_space;
  return kind == wire::AlarmMember::CORRUPT ? AlarmKind::corrupt : AlarmKind::none;
}

// What the member at the other end says on this connection.
Result<MemberStatus> ask_status(RpcStream& call, Duration stall_timeout) {
  call.write({}, true);
  wire::StatusResponse reply;
  HF_ASSIGN(const auto answer, next_message(call, stall_timeout));
  if (!answer || !reply.ParseFromArray(answer->data(), static_cast<int>(answer->size())))
    return fail(Code::corrupt, "the member does not say who it is");
  HF_ASSIGN(const auto more, next_message(call, stall_timeout));
  if (more) return fail(Code::corrupt, "the member answers twice");
  return etcd::from_wire(std::move(reply));
}

}  // namespace

Result<MemberStatus> RemoteClient::status(const std::string& endpoint) {
  wire::StatusResponse reply;
  HF_TRY(session_->ask_member(endpoint, kStatus, wire::StatusRequest(), reply));
  MemberStatus status = etcd::from_wire(std::move(reply));
  status.endpoint = endpoint;
  return status;
}

Result<MemberList> RemoteClient::member_list() {
  wire::MemberListResponse reply;
  HF_TRY(session_->ask(kMemberList, wire::MemberListRequest(), reply));
  return etcd::from_wire(std::move(reply));
}

Result<std::vector<Alarm>> RemoteClient::alarms() {
  wire::AlarmResponse reply;
  HF_TRY(session_->ask(kAlarm, wire::AlarmRequest(), reply));
  std::vector<Alarm> alarms;
  for (const wire::AlarmMember& alarm : reply.alarms())
    alarms.push_back({alarm.member_id(), from_wire(alarm.alarm())});
  return alarms;
}

Result<HashKv> RemoteClient::hash_kv(const std::string& endpoint, std::int64_t revision) {
  wire::HashKvRequest request;
  request.set_revision(revision);
  wire::HashKvResponse reply;
  HF_TRY(session_->ask_member(endpoint, kHashKv, request, reply));
  return HashKv{.hash = reply.hash(),
                .compact_revision = reply.compact_revision(),
                .header_revision = reply.header().revision(),
                .member_id = reply.header().member_id()};
}

Result<std::unique_ptr<SnapshotStream>> RemoteClient::snapshot(const std::string& endpoint,
                                                               const std::stop_token& stop) {
  HF_ASSIGN(const SessionMember* member, session_->member(endpoint));
  for (bool last_try = false;; last_try = true) {
    HF_ASSIGN(const Secret token, session_->token());
    auto call = open_snapshot_(member->endpoint, {kSnapshotMethod, token}, stop);
    auto stream = CheckedSnapshotStream::open(endpoint, request_snapshot(std::move(call), stall_timeout_));
    if (stream || last_try || !session_->renew_token(stream.error().message, token)) return stream;
  }
}

Result<HeldSnapshot> RemoteClient::held_snapshot(const std::string& endpoint, const std::stop_token& stop) {
  HF_ASSIGN(const SessionMember* member, session_->member(endpoint));
  for (bool last_try = false;; last_try = true) {
    HF_ASSIGN(const Secret token, session_->token());
    auto held = hold_snapshot(*member, endpoint, token, stop);
    if (held || last_try || !session_->renew_token(held.error().message, token)) return held;
  }
}

Result<HeldSnapshot> RemoteClient::hold_snapshot(const SessionMember& member, const std::string& endpoint,
                                                 const Secret& token, const std::stop_token& stop) {
  RpcCall asked{.method = kStatus.path, .token = token, .needs_leader = false, .window = kHeldWindow};
  auto call = open_snapshot_(member.endpoint, asked, stop);
  const auto who = ask_status(*call, stall_timeout_);
  if (!who) return in_context(who.error(), "status from {}", endpoint);
  asked.method = kSnapshotMethod;
  if (!call->next(asked)) return fail(Code::unavailable, "the connection to {} does not last for two calls", endpoint);
  HeldSnapshot held{.cluster_id = who->cluster_id, .member_id = who->member_id, .stream = nullptr};
  HF_ASSIGN(held.stream, CheckedSnapshotStream::open(endpoint, request_snapshot(std::move(call), stall_timeout_)));
  return held;
}

}  // namespace holdfast::etcd
