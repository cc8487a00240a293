// Between the wire's messages and ours. Included by .cc files of this folder only.
#pragma once

#include "etcd.pb.h"

#include "etcd/client.h"

namespace holdfast::etcd {

wire::RangeRequest to_wire(const RangeRequest& request);
wire::PutRequest to_wire(const PutRequest& request);
wire::DeleteRangeRequest to_wire(const DeleteRequest& request);
wire::TxnRequest to_wire(const TxnRequest& request);
wire::WatchRequest to_wire(const WatchRequest& request);

// These take the strings out of the message.
KeyValue from_wire(wire::KeyValue&& kv);
RangeResponse from_wire(wire::RangeResponse&& reply);
TxnResponse from_wire(wire::TxnResponse&& reply);
WatchBatch from_wire(wire::WatchResponse&& reply);
MemberStatus from_wire(wire::StatusResponse&& reply);
MemberList from_wire(wire::MemberListResponse&& reply);

}  // namespace holdfast::etcd
