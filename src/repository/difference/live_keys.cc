#include "repository/difference/live_keys.h"

#include <algorithm>
#include <utility>

namespace holdfast::repository {
namespace {

constexpr std::int64_t kFirstPageWithValues = 100;

// As the client words what etcd says (etcd/rpc_error.h).
bool says_compacted(const Error& error) {
  return error.code == Code::not_found && error.message.find("has been compacted") != std::string::npos;
}

// Another member answers, which has not come that far.
bool says_future(const Error& error) {
  return error.code == Code::not_found && error.message.find("future revision") != std::string::npos;
}

}  // namespace

LiveKeys::LiveKeys(etcd::Client& client, const LiveKeysOptions& options) : client_(client), options_(options) {
  request_.key = request_.range_end = std::string(1, '\0');  // everything
  request_.keys_only = !options.with_values;
  request_.limit = options.with_values ? std::min(kFirstPageWithValues, options.page) : options.page;
}

Result<std::unique_ptr<LiveKeys>> LiveKeys::open(etcd::Client& client, const LiveKeysOptions& options) {
  std::unique_ptr<LiveKeys> keys(new LiveKeys(client, options));
  HF_TRY(keys->ask_first());
  return keys;
}

Status LiveKeys::ask_first() {
  auto response = client_.range(request_);
  if (!response && response.error().retryable) {
    request_.serializable = true;
    auto local = client_.range(request_);
    if (local) response = std::move(local);
  }
  if (!response) return in_context(std::move(response).error(), "list the keys");
  revision_ = response->revision;
  request_.revision = revision_;
  take(std::move(*response));
  return {};
}

Status LiveKeys::ask_next() {
  auto response = client_.range(request_);
  if (!response) {
    was_compacted_ = says_compacted(response.error()) || says_future(response.error());
    return in_context(std::move(response).error(), "list the keys at revision {}", revision_);
  }
  take(std::move(*response));
  return {};
}

void LiveKeys::take(etcd::RangeResponse response) {
  page_ = std::move(response.kvs);
  next_ = 0;
  more_ = response.more && !page_.empty();
  if (page_.empty()) return;
  request_.key = page_.back().key + std::string(1, '\0');
  if (!options_.with_values) return;
  std::uint64_t bytes = 1;
  for (const etcd::KeyValue& kv : page_)
    bytes += kv.key.size() + kv.value.size();
  const std::uint64_t fitting = page_.size() * options_.page_bytes / bytes;
  request_.limit = std::clamp<std::int64_t>(static_cast<std::int64_t>(fitting), 1, options_.page);
}

Result<bool> LiveKeys::next(snapshot::KeyState& into) {
  if (next_ == page_.size()) {
    if (!more_) return false;
    HF_TRY(ask_next());
    if (page_.empty()) return false;
  }
  etcd::KeyValue& kv = page_[next_++];
  into.create_revision = kv.create_revision;
  into.mod_revision = kv.mod_revision;
  into.version = kv.version;
  into.lease = kv.lease;
  into.value_size = kv.value.size();
  into.value_digest = options_.with_values ? snapshot::value_digest(options_.digest_seed, kv.value) : 0;
  into.key = std::move(kv.key);
  return true;
}

}  // namespace holdfast::repository
