#include "launcher/orders/order_handlers.h"

#include <utility>

#include "launcher/member/stage.h"

#include "snapshot/member_id.h"

namespace holdfast::launcher {
namespace {

using Report = Result<json::Object>;
using CarryOut = Report (*)(OrderWorld& world, const Order& order, const MemberOrder& read, OrderReporter& reporter,
                            const std::stop_token& stop);

class Handler final : public OrderHandler {
 public:
  Handler(OrderWorld& world, CarryOut how) : world_(world), carry_out_(how) {}

  Report carry_out(const Order& order, OrderReporter& reporter, const std::stop_token& stop) override {
    HF_ASSIGN(const MemberOrder read, read_member_order(order));
    HF_TRY(world_.member.accept(read));
    return carry_out_(world_, order, read, reporter, stop);
  }

 private:
  OrderWorld& world_;
  const CarryOut carry_out_;
};

json::Object history(std::uint64_t cluster_id, std::int64_t revision, std::uint32_t hash) {
  return {{"clusterID", snapshot::id_text(cluster_id)}, {"revision", revision}, {"hash", hash}};
}

Report stage_backup(OrderWorld& world, const Order& order, const MemberOrder& read, OrderReporter& reporter,
                    const std::stop_token& stop) {
  StageRequest request;
  request.id = read.id;
  HF_ASSIGN(request.membership, snapshot::parse_membership(read.initial_cluster, read.cluster_token));
  request.member_name = world.member_name;
  if (read.target_revision != 0)
    request.revision_bump = static_cast<std::uint64_t>(read.target_revision - read.backup_revision);
  request.clear_alarms = true;
  request.target_version = world.etcd_version;
  request.source.database_sha256 = read.sha256;
  if (read.backup_revision != 0) request.source.revision = read.backup_revision;
  request.source.size_hint = read.size;
  request.open_source = [&] { return world.open_backup(order, stop); };
  request.on_progress = [&](std::uint64_t done, std::uint64_t total) {
    reporter.tell({.text = "builds the new data directory", .stage = "stage", .done = done, .total = total});
  };
  request.stop = stop;
  HF_ASSIGN(const StageReport report, stage(world.files, world.random, world.place, request));
  json::Object result = history(report.facts.cluster_id, report.facts.revision, report.facts.hash_kv);
  result["size"] = report.facts.database_size;
  return result;
}

Report stop_member(OrderWorld& world, const Order& order, const MemberOrder& read, OrderReporter& reporter,
                   const std::stop_token& stop) {
  static_cast<void>(order);
  reporter.tell({.text = "stops etcd", .stage = "stop", .done = {}, .total = {}});
  HF_ASSIGN(const StoppedAt stopped, world.member.stop_etcd(read, stop));
  json::Object result{{"starts", stopped.starts}};
  if (stopped.revision) result["revision"] = *stopped.revision;
  return result;
}

Report swap_member(OrderWorld& world, const Order& order, const MemberOrder& read, OrderReporter& reporter,
                   const std::stop_token& stop) {
  static_cast<void>(order);
  reporter.tell({.text = "puts the new data in place", .stage = "swap", .done = {}, .total = {}});
  HF_TRY(world.member.swap(read, stop));
  return json::Object{};
}

Report return_member(OrderWorld& world, const Order& order, const MemberOrder& read, OrderReporter& reporter,
                     const std::stop_token& stop) {
  static_cast<void>(order);
  reporter.tell({.text = "puts the former data back", .stage = "return", .done = {}, .total = {}});
  HF_TRY(world.member.take_back(read, stop));
  return json::Object{};
}

Report start_member(OrderWorld& world, const Order& order, const MemberOrder& read, OrderReporter& reporter,
                    const std::stop_token& stop) {
  static_cast<void>(order);
  reporter.tell({.text = "starts etcd and waits until it serves", .stage = "start", .done = {}, .total = {}});
  HF_TRY(world.member.start_etcd(read, stop));
  HF_ASSIGN(const ServingFacts facts, world.wait_until_it_serves(read.target_revision, stop));
  return history(facts.cluster_id, facts.revision, facts.hash);
}

Report forget_restore(OrderWorld& world, const Order& order, const MemberOrder& read, OrderReporter& reporter,
                      const std::stop_token& stop) {
  static_cast<void>(order);
  static_cast<void>(stop);
  reporter.tell({.text = "removes what the restore left", .stage = "forget", .done = {}, .total = {}});
  HF_TRY(world.member.forget(read));
  return json::Object{};
}

}  // namespace

MemberOrders::MemberOrders(OrderWorld& world) {
  const std::map<std::string, CarryOut> all{{"Stage", stage_backup},         {"StopMember", stop_member},
                                            {"SwapMember", swap_member},     {"StartMember", start_member},
                                            {"ReturnMember", return_member}, {"ForgetMember", forget_restore}};
  for (const auto& [type, carry_out] : all)
    handlers_.emplace(type, std::make_unique<Handler>(world, carry_out));
}

MemberOrders::~MemberOrders() = default;

OrderHandlers MemberOrders::handlers() const {
  OrderHandlers handlers;
  for (const auto& [type, handler] : handlers_)
    handlers.emplace(type, handler.get());
  return handlers;
}

}  // namespace holdfast::launcher
