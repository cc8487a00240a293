// The Client that speaks to a real cluster, on top of a Session; how bytes travel is the channels' affair.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "etcd/client.h"
#include "etcd/session.h"

namespace holdfast::etcd {

// Opens a stream on a connection of its own. Failures show in the stream's first read.
using StreamOpener = std::function<std::unique_ptr<RpcStream>(const Endpoint& endpoint, const RpcCall& call,
                                                              const std::stop_token& stop)>;

class RemoteClient final : public Client {
 public:
  RemoteClient(std::unique_ptr<Session> session, StreamOpener open_snapshot, Duration stall_timeout)
      : session_(std::move(session)), open_snapshot_(std::move(open_snapshot)), stall_timeout_(stall_timeout) {}

  const std::vector<std::string>& endpoints() const override { return session_->endpoints(); }

  // remote_cluster.cc
  Result<MemberStatus> status(const std::string& endpoint) override;
  Result<MemberList> member_list() override;
  Result<std::vector<Alarm>> alarms() override;
  Result<HashKv> hash_kv(const std::string& endpoint, std::int64_t revision) override;
  Result<std::unique_ptr<SnapshotStream>> snapshot(const std::string& endpoint, const std::stop_token& stop) override;
  Result<HeldSnapshot> held_snapshot(const std::string& endpoint, const std::stop_token& stop) override;

  // remote_kv.cc
  Result<RangeResponse> range(const RangeRequest& request) override;
  Result<std::int64_t> put(const PutRequest& request) override;
  Result<std::int64_t> remove(const DeleteRequest& request) override;
  Result<TxnResponse> txn(const TxnRequest& request) override;
  Result<std::int64_t> compact(std::int64_t revision, bool physical) override;

  // remote_lease.cc
  Result<Lease> lease_grant(std::int64_t ttl_seconds, std::int64_t id) override;
  Status lease_revoke(std::int64_t id) override;
  Result<Lease> lease_time_to_live(std::int64_t id, bool keys) override;
  Result<std::vector<std::int64_t>> leases() override;
  Result<std::int64_t> lease_keep_alive_once(std::int64_t id) override;

  // remote_watch.cc
  Status watch(const WatchRequest& request, const std::function<bool(const WatchBatch&)>& on_batch,
               const std::stop_token& stop) override;

 private:
  Result<HeldSnapshot> hold_snapshot(const SessionMember& member, const std::string& endpoint, const Secret& token,
                                     const std::stop_token& stop);

  std::unique_ptr<Session> session_;
  StreamOpener open_snapshot_;
  Duration stall_timeout_;
};

}  // namespace holdfast::etcd
