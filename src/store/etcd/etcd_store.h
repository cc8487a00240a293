// The store in an etcd cluster, for several servers at once: docs/store.md describes keys, numbers and guarantees.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "etcd/client.h"
#include "os/clock.h"
#include "store/etcd/event_feed.h"
#include "store/etcd/key_space.h"
#include "store/etcd/numbering.h"
#include "store/event_tail.h"
#include "store/revision_floor.h"
#include "store/store.h"

namespace holdfast::store {

struct EtcdStoreOptions {
  std::string prefix = "/holdfast/";  // of all keys; the rest of the etcd may be somebody else's
};

// Values of more than about 1.5 MB need an etcd that was started with a greater --max-request-bytes; without it they
// are Code::usage. The revision also counts what others write into the same etcd.
class EtcdStore final : public Store {
 public:
  // Asks the cluster: Code::unavailable when it does not answer. `floor` is this server's own, and must outlive the
  // store, as must the clock.
  static Result<std::unique_ptr<EtcdStore>> open(std::unique_ptr<etcd::Client> client, const EtcdStoreOptions& options,
                                                 RevisionFloor& floor, os::Clock& clock);

  Result<Entry> get(const std::string& key) override;
  Result<Page> list(const ListRequest& request) override;
  Result<Revision> revision() override;
  Result<Outcome> commit(const Transaction& transaction) override;
  Result<Events> events(const EventRequest& request, Duration wait, const std::stop_token& stop) override;
  Result<LeaseId> grant(Duration ttl) override;
  Status keep_alive(LeaseId lease) override;
  Status revoke(LeaseId lease) override;
  Status compact(Revision through) override;
  Result<StoreHealth> health() override;

 private:
  EtcdStore(std::unique_ptr<etcd::Client> client, const EtcdStoreOptions& options, RevisionFloor& floor,
            os::Clock& clock);
  // Nothing: the offset changed meanwhile, try again.
  Result<std::optional<Outcome>> try_commit(const Transaction& transaction);
  Result<std::optional<Page>> try_list(const ListRequest& request);
  Result<Page> empty_page(const ListRequest& request);
  Result<etcd::RangeResponse> read_chunk(const ListRequest& request, const KeyRange& range, std::int64_t at,
                                         std::size_t had);
  Result<bool> fill_page(const ListRequest& request, KeyRange range, const Numbering::Offset& offset,
                         etcd::RangeResponse answer, Page& page);
  Result<Events> events_not_in_tail(const EventRequest& request, const std::stop_token& stop);
  Status check_alarms();

  os::Clock& clock_;
  const std::unique_ptr<etcd::Client> client_;
  const KeySpace keys_;
  Numbering numbering_;
  EventTail tail_;
  EventFeed feed_;  // last: its thread uses the rest
};

}  // namespace holdfast::store
