#include "etcd/convert.h"

namespace holdfast::etcd {
namespace {

wire::Compare::Result to_wire(Compare::Op op) {
  switch (op) {
    case Compare::Op::greater:
      return wire::Compare::GREATER;
    case Compare::Op::less:
      return wire::Compare::LESS;
    case Compare::Op::not_equal:
      return wire::Compare::NOT_EQUAL;
    case Compare::Op::equal:
      break;
  }
  return wire::Compare::EQUAL;
}

wire::Compare to_wire(const Compare& compare) {
  wire::Compare out;
  out.set_result(to_wire(compare.op));
  out.set_key(compare.key);
  switch (compare.target) {
    case Compare::Target::version:
      out.set_target(wire::Compare::VERSION);
      out.set_version(compare.number);
      break;
    case Compare::Target::create_revision:
      out.set_target(wire::Compare::CREATE);
      out.set_create_revision(compare.number);
      break;
    case Compare::Target::mod_revision:
      out.set_target(wire::Compare::MOD);
      out.set_mod_revision(compare.number);
      break;
    case Compare::Target::value:
      out.set_target(wire::Compare::VALUE);
      out.set_value(compare.value);
      break;
    case Compare::Target::lease:
      out.set_target(wire::Compare::LEASE);
      out.set_lease(compare.number);
      break;
  }
  return out;
}

wire::RequestOp to_wire(const TxnOp& op) {
  wire::RequestOp out;
  switch (op.kind) {
    case TxnOp::Kind::put:
      *out.mutable_put() = to_wire(op.put);
      break;
    case TxnOp::Kind::range:
      *out.mutable_range() = to_wire(op.range);
      break;
    case TxnOp::Kind::remove:
      *out.mutable_delete_range() = to_wire(op.remove);
      break;
  }
  return out;
}

}  // namespace

wire::RangeRequest to_wire(const RangeRequest& request) {
  wire::RangeRequest out;
  out.set_key(request.key);
  out.set_range_end(request.range_end);
  out.set_limit(request.limit);
  out.set_revision(request.revision);
  out.set_serializable(request.serializable);
  out.set_keys_only(request.keys_only);
  out.set_count_only(request.count_only);
  return out;
}

wire::PutRequest to_wire(const PutRequest& request) {
  wire::PutRequest out;
  out.set_key(request.key);
  out.set_value(request.value);
  out.set_lease(request.lease);
  return out;
}

wire::DeleteRangeRequest to_wire(const DeleteRequest& request) {
  wire::DeleteRangeRequest out;
  out.set_key(request.key);
  out.set_range_end(request.range_end);
  return out;
}

wire::TxnRequest to_wire(const TxnRequest& request) {
  wire::TxnRequest out;
  for (const Compare& compare : request.compare)
    *out.add_compare() = to_wire(compare);
  for (const TxnOp& op : request.success)
    *out.add_success() = to_wire(op);
  for (const TxnOp& op : request.failure)
    *out.add_failure() = to_wire(op);
  return out;
}

KeyValue from_wire(wire::KeyValue&& kv) {
  KeyValue out;
  out.key = std::move(*kv.mutable_key());
  out.value = std::move(*kv.mutable_value());
  out.create_revision = kv.create_revision();
  out.mod_revision = kv.mod_revision();
  out.version = kv.version();
  out.lease = kv.lease();
  return out;
}

RangeResponse from_wire(wire::RangeResponse&& reply) {
  RangeResponse out;
  out.revision = reply.header().revision();
  out.more = reply.more();
  out.count = reply.count();
  out.kvs.reserve(static_cast<std::size_t>(reply.kvs_size()));
  for (wire::KeyValue& kv : *reply.mutable_kvs())
    out.kvs.push_back(from_wire(std::move(kv)));
  return out;
}

TxnResponse from_wire(wire::TxnResponse&& reply) {
  TxnResponse out;
  out.succeeded = reply.succeeded();
  out.revision = reply.header().revision();
  for (wire::ResponseOp& op : *reply.mutable_responses()) {
    if (op.has_range()) out.ranges.push_back(from_wire(std::move(*op.mutable_range())));
  }
  return out;
}

}  // namespace holdfast::etcd
