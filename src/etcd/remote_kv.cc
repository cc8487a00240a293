#include "etcd/convert.h"
#include "etcd/remote_client.h"

namespace holdfast::etcd {
namespace {

constexpr RpcMethod kRange{"/etcdserverpb.KV/Range"};
constexpr RpcMethod kPut{"/etcdserverpb.KV/Put", Repeat::never};
constexpr RpcMethod kDeleteRange{"/etcdserverpb.KV/DeleteRange", Repeat::never};
constexpr RpcMethod kTxn{"/etcdserverpb.KV/Txn", Repeat::never};
constexpr RpcMethod kCompact{"/etcdserverpb.KV/Compact", Repeat::never};

}  // namespace

Result<RangeResponse> RemoteClient::range(const RangeRequest& request) {
  wire::RangeResponse reply;
  HF_TRY(session_->ask(kRange, to_wire(request), reply));
  return from_wire(std::move(reply));
}

Result<std::int64_t> RemoteClient::put(const PutRequest& request) {
  wire::PutResponse reply;
  HF_TRY(session_->ask(kPut, to_wire(request), reply));
  return reply.header().revision();
}

Result<std::int64_t> RemoteClient::remove(const DeleteRequest& request) {
  wire::DeleteRangeResponse reply;
  HF_TRY(session_->ask(kDeleteRange, to_wire(request), reply));
  return reply.deleted();
}

Result<TxnResponse> RemoteClient::txn(const TxnRequest& request) {
  wire::TxnResponse reply;
  HF_TRY(session_->ask(kTxn, to_wire(request), reply));
  return from_wire(std::move(reply));
}

Result<std::int64_t> RemoteClient::compact(std::int64_t revision, bool physical) {
  wire::CompactionRequest request;
  request.set_revision(revision);
  request.set_physical(physical);
  wire::CompactionResponse reply;
  HF_TRY(session_->ask(kCompact, request, reply));
  return reply.header().revision();
}

}  // namespace holdfast::etcd
