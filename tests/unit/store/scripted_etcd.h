// An etcd that answers as a test scripts it; for moments that a real one shows too rarely.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "etcd/client.h"

namespace holdfast::test {

// Safe for concurrent use. Counts revisions and keeps the last value of each key; ranges and watches are the script's.
class ScriptedEtcd final : public etcd::Client {
 public:
  using Watch = std::function<Status(const etcd::WatchRequest&, const std::function<bool(const etcd::WatchBatch&)>&,
                                     const std::stop_token&)>;
  using Range = std::function<Result<etcd::RangeResponse>(const etcd::RangeRequest&)>;

  explicit ScriptedEtcd(std::int64_t revision) : revision_(revision) {}
  Watch on_watch = [](const auto&, const auto&, const std::stop_token& stop) { return wait_until(stop); };
  Range on_range;  // for all keys but the store's own

  static Status wait_until(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
    return fail(Code::cancelled, "stopped");
  }

  Result<etcd::RangeResponse> range(const etcd::RangeRequest& request) override {
    if (request.key.find("/m/") == std::string::npos) return on_range(request);
    const std::lock_guard lock(mutex_);
    etcd::RangeResponse answer{.revision = revision_};
    if (!offset_.empty()) answer.kvs.push_back({.key = request.key, .value = offset_});
    return answer;
  }
  Result<std::int64_t> put(const etcd::PutRequest&) override {
    const std::lock_guard lock(mutex_);
    return ++revision_;
  }
  Result<etcd::TxnResponse> txn(const etcd::TxnRequest& request) override {
    const std::lock_guard lock(mutex_);
    offset_ = request.success.at(0).put.value;
    return etcd::TxnResponse{.succeeded = true, .revision = ++revision_};
  }

  const std::vector<std::string>& endpoints() const override { return endpoints_; }
  Result<etcd::MemberStatus> status(const std::string&) override { return not_here(); }
  Result<etcd::MemberList> member_list() override { return not_here(); }
  Result<std::vector<etcd::Alarm>> alarms() override { return alarms_; }
  Result<etcd::HashKv> hash_kv(const std::string&, std::int64_t) override { return not_here(); }
  Result<std::unique_ptr<etcd::SnapshotStream>> snapshot(const std::string&, const std::stop_token&) override {
    return not_here();
  }
  Result<std::int64_t> remove(const etcd::DeleteRequest&) override { return not_here(); }
  Result<std::int64_t> compact(std::int64_t, bool) override { return not_here(); }
  Result<etcd::Lease> lease_grant(std::int64_t, std::int64_t) override { return not_here(); }
  Status lease_revoke(std::int64_t) override { return not_here(); }
  Result<etcd::Lease> lease_time_to_live(std::int64_t, bool) override { return not_here(); }
  Result<std::vector<std::int64_t>> leases() override { return not_here(); }
  Result<std::int64_t> lease_keep_alive_once(std::int64_t) override { return not_here(); }
  Status watch(const etcd::WatchRequest& request, const std::function<bool(const etcd::WatchBatch&)>& on_batch,
               const std::stop_token& stop) override {
    return on_watch(request, on_batch, stop);
  }

  std::vector<etcd::Alarm> alarms_;

 private:
  static tl::unexpected<Error> not_here() { return fail(Code::unsupported, "not scripted"); }

  std::vector<std::string> endpoints_{"scripted:2379"};
  std::mutex mutex_;
  std::int64_t revision_;  // protected by mutex_, as is offset_
  std::string offset_;
};

}  // namespace holdfast::test
