#include "launcher/orders/member_order.h"

#include "launcher/member/place.h"

#include "api/fields.h"

namespace holdfast::launcher {
namespace {

Result<std::int64_t> whole_number(const json::Value& details, std::string_view name) {
  const json::Value* value = api::field_at(details, {name});
  if (value == nullptr) return 0;
  std::int64_t number = -1;
  if (value->is_int64()) number = value->get_int64();
  if (value->is_uint64() && value->get_uint64() <= INT64_MAX) number = static_cast<std::int64_t>(value->get_uint64());
  if (number < 0) return fail(Code::usage, "spec.order.{} is not a number that can be", name);
  return number;
}

Result<Decided> decided_of(const json::Value& details) {
  const std::string_view word = api::text_at(details, {"decision"});
  if (word.empty()) return Decided::nothing;
  if (word == "Swap") return Decided::swap;
  if (word == "Return") return Decided::way_back;
  return fail(Code::usage, "spec.order.decision is a word of a newer version");
}

Status read_staging(const json::Value& details, const json::Value& spec, MemberOrder& order) {
  HF_ASSIGN(order.target_revision, whole_number(details, "targetRevision"));
  HF_ASSIGN(order.backup_revision, whole_number(details, "backupRevision"));
  HF_ASSIGN(const std::int64_t size, whole_number(details, "size"));
  order.size = static_cast<std::uint64_t>(size);
  order.initial_cluster = api::text_at(details, {"initialCluster"});
  order.cluster_token = api::text_at(details, {"clusterToken"});
  order.sha256 = api::text_at(details, {"sha256"});
  order.backup = api::text_at(spec, {"backup"});
  if (order.initial_cluster.empty()) return fail(Code::usage, "spec.order.initialCluster is missing");
  if (order.cluster_token.empty()) return fail(Code::usage, "spec.order.clusterToken is missing");
  if (order.target_revision != 0 && order.target_revision < order.backup_revision)
    return fail(Code::usage, "spec.order.targetRevision is below that of the backup");
  return {};
}

}  // namespace

Result<MemberOrder> read_member_order(const Order& order) {
  const json::Value* spec = api::field_at(order.operation, {"spec"});
  const json::Value* details = api::field_at(order.operation, {"spec", "order"});
  if (details == nullptr) return fail(Code::usage, "spec.order is missing");
  MemberOrder read;
  read.id = api::text_at(*details, {"id"});
  if (!is_restore_id(read.id)) return fail(Code::usage, "spec.order.id cannot be part of the name of a directory");
  HF_ASSIGN(read.number, whole_number(*details, "number"));
  if (read.number == 0) return fail(Code::usage, "spec.order.number is missing");
  HF_ASSIGN(read.decided, decided_of(*details));
  HF_ASSIGN(read.starts, whole_number(*details, "starts"));
  if (const std::string_view when = api::text_at(*spec, {"notBefore"}); !when.empty()) {
    HF_ASSIGN(read.not_before, parse_time(when));
  }
  if (order.type == "Stage") HF_TRY(read_staging(*details, *spec, read));
  return read;
}

}  // namespace holdfast::launcher
