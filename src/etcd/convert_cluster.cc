#include "etcd/convert.h"

namespace holdfast::etcd {
namespace {

// etcd's sizes are signed on the wire; a negative one can only be a lie.
std::uint64_t size_from_wire(std::int64_t size) {
  return size < 0 ? 0 : static_cast<std::uint64_t>(size);
}

Member from_wire(wire::Member&& member) {
  Member out;
  out.id = member.id();
  out.name = std::move(*member.mutable_name());
  out.peer_urls.assign(member.peer_urls().begin(), member.peer_urls().end());
  out.client_urls.assign(member.client_urls().begin(), member.client_urls().end());
  out.is_learner = member.is_learner();
  return out;
}

}  // namespace

wire::WatchRequest to_wire(const WatchRequest& request) {
  wire::WatchRequest out;
  wire::WatchCreateRequest& create = *out.mutable_create();
  create.set_key(request.key);
  create.set_range_end(request.range_end);
  create.set_start_revision(request.start_revision);
  create.set_progress_notify(request.progress_notify);
  create.set_prev_kv(request.previous);
  return out;
}

WatchBatch from_wire(wire::WatchResponse&& reply) {
  WatchBatch out;
  out.revision = reply.header().revision();
  out.compact_revision = reply.compact_revision();
  out.events.reserve(static_cast<std::size_t>(reply.events_size()));
  for (wire::Event& event : *reply.mutable_events()) {
    const bool removed = event.type() == wire::Event::DELETE;
    WatchEvent& added = out.events.emplace_back();
    added.kind = removed ? WatchEvent::Kind::remove : WatchEvent::Kind::put;
    added.kv = from_wire(std::move(*event.mutable_kv()));
    if (event.has_prev_kv()) added.previous = from_wire(std::move(*event.mutable_prev_kv()));
  }
  return out;
}

MemberStatus from_wire(wire::StatusResponse&& reply) {
  MemberStatus out;
  out.cluster_id = reply.header().cluster_id();
  out.member_id = reply.header().member_id();
  out.version = std::move(*reply.mutable_version());
  out.db_size = size_from_wire(reply.db_size());
  out.db_size_in_use = size_from_wire(reply.db_size_in_use());
  out.db_size_quota = size_from_wire(reply.db_size_quota());
  out.leader = reply.leader();
  out.raft_index = reply.raft_index();
  out.raft_applied_index = reply.raft_applied_index();
  out.raft_term = reply.raft_term();
  out.revision = reply.header().revision();
  out.is_learner = reply.is_learner();
  out.errors.assign(reply.errors().begin(), reply.errors().end());
  return out;
}

MemberList from_wire(wire::MemberListResponse&& reply) {
  MemberList out;
  out.cluster_id = reply.header().cluster_id();
  for (wire::Member& member : *reply.mutable_members())
    out.members.push_back(from_wire(std::move(member)));
  return out;
}

}  // namespace holdfast::etcd
