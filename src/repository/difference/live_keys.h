// The keys of a live etcd at one revision, in order: Range, page by page.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "etcd/client.h"
#include "snapshot/keys/key_state.h"

namespace holdfast::repository {

struct LiveKeysOptions {
  bool with_values = false;  // reads them, for size and digest; etcd sends them all then
  snapshot::DigestSeed digest_seed;
  // Keys in one answer. etcd 3.4 counts all that are left for each answer: many small ones would cost it dearly.
  std::int64_t page = 10000;
  std::uint64_t page_bytes = 4 * kMiB;  // of an answer with values, as far as the one before tells
};

class LiveKeys final : public snapshot::KeyCursor {
 public:
  // Asks for the first page, which fixes the revision. When no leader answers, any member is asked for what it has.
  // `client` must outlive it.
  static Result<std::unique_ptr<LiveKeys>> open(etcd::Client& client, const LiveKeysOptions& options);

  Result<bool> next(snapshot::KeyState& into) override;

  std::int64_t revision() const { return revision_; }
  bool without_leader() const { return request_.serializable; }  // it may lack what the cluster has agreed on since
  // An error of next() came from the revision being compacted meanwhile: a new listing will do.
  bool was_compacted() const { return was_compacted_; }

 private:
  LiveKeys(etcd::Client& client, const LiveKeysOptions& options);
  Status ask_first();
  Status ask_next();
  void take(etcd::RangeResponse response);

  etcd::Client& client_;
  const LiveKeysOptions options_;
  etcd::RangeRequest request_;
  std::int64_t revision_ = 0;
  std::vector<etcd::KeyValue> page_;
  std::size_t next_ = 0;  // in page_
  bool more_ = false;
  bool was_compacted_ = false;
};

}  // namespace holdfast::repository
