// An etcd cluster in memory: members with made-up statuses, snapshots from memory or a file, and planned faults. What
// it hands out passes the same checks as a real stream (etcd/checked_stream.h). It answers about members and snapshots
// only: key-value, lease and watch calls are Code::unsupported, for those a real etcd runs in the tests.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "etcd/checked_stream.h"
#include "etcd/client.h"
#include "os/file_system.h"
#include "support/fake_snapshot_messages.h"

namespace holdfast::test {

// Safe for concurrent use, as the interface asks.
class FakeEtcd final : public etcd::Client {
 public:
  // A healthy voting member; the first one added is the leader.
  void add_member(const std::string& endpoint) {
    const std::lock_guard lock(mutex_);
    etcd::MemberStatus status;
    status.endpoint = endpoint;
    status.cluster_id = 0xc1;
    status.member_id = endpoints_.size() + 1;
    status.version = "3.5.16";
    status.leader = 1;
    status.raft_index = status.raft_applied_index = 1000;
    status.raft_term = 2;
    status.revision = 900;
    endpoints_.push_back(endpoint);
    members_[endpoint].status = status;
  }
  // Replaces what the member says of itself, or makes it fail.
  void set_status(const std::string& endpoint, Result<etcd::MemberStatus> status) {
    const std::lock_guard lock(mutex_);
    members_[endpoint].status = std::move(status);
  }
  void set_hash_kv(const std::string& endpoint, Result<etcd::HashKv> hash) {
    const std::lock_guard lock(mutex_);
    members_[endpoint].hash_kv = std::move(hash);
  }
  void set_alarms(std::vector<etcd::Alarm> alarms) {
    const std::lock_guard lock(mutex_);
    alarms_ = std::move(alarms);
  }

  // Every member serves this database from now on; the trailer is added. Its size must be a multiple of 512.
  void serve_database(Bytes database) {
    const Sha256Digest digest = Sha256::of(database);
    database.insert(database.end(), digest.begin(), digest.end());
    const std::lock_guard lock(mutex_);
    snapshot_ = std::make_shared<const Bytes>(std::move(database));
    snapshot_path_.clear();
  }
  // Every member serves this file, which holds database and trailer, as `etcdctl snapshot save` writes it.
  void serve_file(std::string path) {
    const std::lock_guard lock(mutex_);
    snapshot_ = nullptr;
    snapshot_path_ = std::move(path);
  }
  void set_storage_version(std::string version) {
    const std::lock_guard lock(mutex_);
    storage_version_ = std::move(version);
  }

  // The next snapshot call to `endpoint` that has no fault yet gets this one: plan several for several calls.
  void plan(const std::string& endpoint, SnapshotFault fault) {
    const std::lock_guard lock(mutex_);
    members_[endpoint].faults.push_back(std::move(fault));
  }
  // Planned faults that no call has met yet: a test ends by expecting 0.
  std::size_t faults_left() const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [endpoint, member] : members_)
      count += member.faults.size();
    return count;
  }
  // Endpoints of all snapshot calls so far, in order.
  std::vector<std::string> snapshot_calls() const {
    const std::lock_guard lock(mutex_);
    return snapshot_calls_;
  }

  const std::vector<std::string>& endpoints() const override { return endpoints_; }

  Result<etcd::MemberStatus> status(const std::string& endpoint) override {
    const std::lock_guard lock(mutex_);
    const auto found = members_.find(endpoint);
    if (found == members_.end()) return unknown(endpoint);
    return found->second.status;
  }
  Result<etcd::MemberList> member_list() override {
    const std::lock_guard lock(mutex_);
    etcd::MemberList list;
    for (const std::string& endpoint : endpoints_) {
      const auto& status = members_.at(endpoint).status;
      if (!status) continue;
      list.cluster_id = status->cluster_id;
      list.members.push_back({.id = status->member_id,
                              .name = fmt::format("m{}", status->member_id),
                              .peer_urls = {},
                              .client_urls = {endpoint},
                              .is_learner = status->is_learner});
    }
    return list;
  }
  Result<std::vector<etcd::Alarm>> alarms() override {
    const std::lock_guard lock(mutex_);
    return alarms_;
  }
  Result<etcd::HashKv> hash_kv(const std::string& endpoint, std::int64_t) override {
    const std::lock_guard lock(mutex_);
    const auto found = members_.find(endpoint);
    if (found == members_.end()) return unknown(endpoint);
    return found->second.hash_kv;
  }
  Result<std::unique_ptr<etcd::SnapshotStream>> snapshot(const std::string& endpoint,
                                                         const std::stop_token& stop) override {
    HF_ASSIGN(auto messages, open_messages(endpoint, stop));
    return etcd::CheckedSnapshotStream::open(endpoint, std::move(messages));
  }
  Result<etcd::HeldSnapshot> held_snapshot(const std::string& endpoint, const std::stop_token& stop) override {
    HF_ASSIGN(const etcd::MemberStatus who, status(endpoint));
    etcd::HeldSnapshot held{.cluster_id = who.cluster_id, .member_id = who.member_id, .stream = nullptr};
    {
      const std::lock_guard lock(mutex_);
      if (held_by_ != 0) held.member_id = held_by_;
    }
    HF_ASSIGN(held.stream, snapshot(endpoint, stop));
    return held;
  }
  // Held snapshots are of this member, whatever the endpoint: as behind a balancer.
  void hold_by(std::uint64_t member_id) {
    const std::lock_guard lock(mutex_);
    held_by_ = member_id;
  }

  Result<etcd::RangeResponse> range(const etcd::RangeRequest&) override { return not_here(); }
  Result<std::int64_t> put(const etcd::PutRequest&) override { return not_here(); }
  Result<std::int64_t> remove(const etcd::DeleteRequest&) override { return not_here(); }
  Result<etcd::TxnResponse> txn(const etcd::TxnRequest&) override { return not_here(); }
  Result<std::int64_t> compact(std::int64_t, bool) override { return not_here(); }
  Result<etcd::Lease> lease_grant(std::int64_t, std::int64_t) override { return not_here(); }
  Status lease_revoke(std::int64_t) override { return not_here(); }
  Result<etcd::Lease> lease_time_to_live(std::int64_t, bool) override { return not_here(); }
  Result<std::vector<std::int64_t>> leases() override { return not_here(); }
  Result<std::int64_t> lease_keep_alive_once(std::int64_t) override { return not_here(); }
  Status watch(const etcd::WatchRequest&, const std::function<bool(const etcd::WatchBatch&)>&,
               const std::stop_token&) override {
    return not_here();
  }

 private:
  struct FakeMember {
    Result<etcd::MemberStatus> status = fail(Code::unavailable, "member was never added");
    Result<etcd::HashKv> hash_kv = etcd::HashKv{};
    std::deque<SnapshotFault> faults;
  };

  static tl::unexpected<Error> unknown(const std::string& endpoint) {
    return fail(Code::unavailable, "{}: connection refused", endpoint);
  }
  static tl::unexpected<Error> not_here() {
    return fail(Code::unsupported, "the fake etcd has members and snapshots only");
  }

  Result<std::unique_ptr<etcd::SnapshotMessages>> open_messages(const std::string& endpoint,
                                                                const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    const auto found = members_.find(endpoint);
    if (found == members_.end()) return unknown(endpoint);
    snapshot_calls_.push_back(endpoint);
    std::optional<SnapshotFault> fault;
    if (!found->second.faults.empty()) {
      fault = std::move(found->second.faults.front());
      found->second.faults.pop_front();
    }
    if (fault && fault->kind == SnapshotFault::Kind::refuse) return tl::unexpected<Error>(std::move(fault->error));
    if (!snapshot_ && snapshot_path_.empty())
      return fail(Code::internal, "the fake etcd was given no database to serve");
    std::unique_ptr<os::File> file;
    std::uint64_t size = snapshot_ ? snapshot_->size() : 0;
    if (!snapshot_) {
      HF_ASSIGN(file, os::real_file_system().open(snapshot_path_, os::OpenMode::read));
      HF_ASSIGN(size, file->size());
    }
    return std::make_unique<FakeSnapshotMessages>(snapshot_, std::move(file), size, std::move(fault), storage_version_,
                                                  stop);
  }

  mutable std::mutex mutex_;
  std::vector<std::string> endpoints_;  // constant once members are added
  std::map<std::string, FakeMember> members_;
  std::vector<etcd::Alarm> alarms_;
  std::shared_ptr<const Bytes> snapshot_;
  std::string snapshot_path_;
  std::string storage_version_;
  std::uint64_t held_by_ = 0;  // member; 0: the one at the endpoint
  std::vector<std::string> snapshot_calls_;
};

}  // namespace holdfast::test
