#include "store/etcd/etcd_store.h"

#include <algorithm>

#include "store/etcd/transaction.h"
#include "store/limits.h"

namespace holdfast::store {
namespace {

constexpr int kTries = 5;
constexpr std::size_t kChunk = 1000;  // entries asked for at a time

tl::unexpected<Error> restless() {
  return fail(Code::unavailable, "etcd keeps changing under the request");
}

bool puts_something(const Transaction& transaction) {
  return std::any_of(transaction.writes.begin(), transaction.writes.end(),
                     [](const Write& write) { return write.value.has_value(); });
}

}  // namespace

Result<std::unique_ptr<EtcdStore>> EtcdStore::open(std::unique_ptr<etcd::Client> client,
                                                   const EtcdStoreOptions& options, RevisionFloor& floor,
                                                   os::Clock& clock) {
  if (options.prefix.empty()) return fail(Code::usage, "the prefix of the store's keys in etcd is empty");
  HF_TRY(floor.load());
  std::unique_ptr<EtcdStore> store(new EtcdStore(std::move(client), options, floor, clock));
  if (auto started = store->feed_.start(); !started) return in_context(std::move(started).error(), "open the store");
  return store;
}

EtcdStore::EtcdStore(std::unique_ptr<etcd::Client> client, const EtcdStoreOptions& options, RevisionFloor& floor,
                     os::Clock& clock)
    : clock_(clock),
      client_(std::move(client)),
      keys_(options.prefix),
      numbering_(*client_, floor, keys_.own("offset")),
      tail_(clock, 0),
      feed_(*client_, numbering_, keys_, tail_, clock) {}

Result<Revision> EtcdStore::revision() {
  return numbering_.refresh();
}

Result<Entry> EtcdStore::get(const std::string& key) {
  HF_TRY(check_key(key));
  const auto found = list({.prefix = key, .start = key, .limit = 1});
  if (!found) return tl::unexpected<Error>(found.error());
  if (found->entries.empty() || found->entries[0].key != key) return fail(Code::not_found, "there is no such key");
  return found->entries[0];
}

Result<Page> EtcdStore::list(const ListRequest& request) {
  for (int i = 0; i < kTries; ++i) {
    HF_ASSIGN(auto page, try_list(request));
    if (page) return std::move(*page);
  }
  return restless();
}

Result<std::optional<Page>> EtcdStore::try_list(const ListRequest& request) {
  const Numbering::Offset offset = numbering_.offset();
  const Revision before = numbering_.reached();
  const std::int64_t at = request.revision == 0 ? 0 : offset.etcds(request.revision);
  if (request.revision != 0 && at <= 0) return fail(Code::not_found, "revision {} is no longer kept", request.revision);
  const KeyRange range = keys_.range(request.prefix, request.start);
  if (range.empty()) return empty_page(request);
  auto answer = read_chunk(request, range, at, 0);
  if (!answer) return tl::unexpected<Error>(std::move(answer).error());
  if (numbering_.went_back(offset, answer->revision, before)) {
    HF_TRY(numbering_.refresh());
    return std::nullopt;
  }
  Page page;
  HF_ASSIGN(page.revision, numbering_.hand_out(offset, at == 0 ? answer->revision : at));
  HF_ASSIGN(const bool whole, fill_page(request, range, offset, std::move(*answer), page));
  if (!whole) return std::nullopt;
  return page;
}

Result<Page> EtcdStore::empty_page(const ListRequest& request) {
  HF_ASSIGN(const Revision newest, numbering_.refresh());
  if (request.revision > newest) return fail(Code::not_found, "revision {} was not reached yet", request.revision);
  return Page{.revision = request.revision == 0 ? newest : request.revision};
}

// The next entries of a list of which `had` are there already.
Result<etcd::RangeResponse> EtcdStore::read_chunk(const ListRequest& request, const KeyRange& range, std::int64_t at,
                                                  std::size_t had) {
  const std::size_t wanted = request.limit == 0 ? kChunk : std::min(request.limit - had, kChunk);
  return client_->range(
      {.key = range.first, .range_end = range.end, .limit = static_cast<std::int64_t>(wanted), .revision = at});
}

// Chunk by chunk, all of one revision. False when that was compacted while we were under way.
Result<bool> EtcdStore::fill_page(const ListRequest& request, KeyRange range, const Numbering::Offset& offset,
                                  etcd::RangeResponse answer, Page& page) {
  const std::int64_t at = offset.etcds(page.revision);
  while (true) {
    const auto rest = static_cast<std::uint64_t>(answer.count) - answer.kvs.size();
    for (etcd::KeyValue& kv : answer.kvs) {
      range.first = key_after(kv.key);
      page.entries.push_back(keys_.entry(std::move(kv), offset));
    }
    if (!answer.more || answer.kvs.empty()) return true;
    if (request.limit != 0 && page.entries.size() >= request.limit) {
      page.next = key_after(page.entries.back().key);
      if (request.count_rest) page.remaining = rest;
      return true;
    }
    auto next = read_chunk(request, range, at, page.entries.size());
    if (!next && request.revision == 0 && next.error().code == Code::not_found) return false;
    if (!next) return tl::unexpected<Error>(std::move(next).error());
    answer = std::move(*next);
  }
}

Result<Outcome> EtcdStore::commit(const Transaction& transaction) {
  HF_TRY(check_transaction(transaction));
  for (int i = 0; i < kTries; ++i) {
    HF_ASSIGN(auto outcome, try_commit(transaction));
    if (outcome) return std::move(*outcome);
  }
  return restless();
}

Result<std::optional<Outcome>> EtcdStore::try_commit(const Transaction& transaction) {
  Numbering::Offset offset = numbering_.offset();
  const Revision before = numbering_.reached();
  HF_ASSIGN(etcd::TxnResponse answer, client_->txn(to_etcd(transaction, keys_, numbering_, offset)));
  if (offset_changed(transaction, answer, offset)) {
    HF_TRY(numbering_.refresh());
    return std::nullopt;
  }
  // A put makes a new revision: it must be greater than every one before.
  const bool is_new = answer.succeeded && puts_something(transaction);
  if (numbering_.went_back(offset, answer.revision, is_new ? before + 1 : before)) {
    HF_TRY(numbering_.refresh());
    if (!answer.succeeded) return std::nullopt;
    offset = numbering_.offset();
  }
  Outcome outcome{.committed = answer.succeeded};
  HF_ASSIGN(outcome.revision, numbering_.hand_out(offset, answer.revision));
  if (!answer.succeeded) outcome.current = current_entries(std::move(answer), keys_, numbering_, offset);
  return outcome;
}

Result<Events> EtcdStore::events(const EventRequest& request, Duration wait, const std::stop_token& stop) {
  const os::SteadyTime begin = clock_.steady();
  EventRequest rest = request;
  while (!stop.stop_requested()) {
    auto found = tail_.read(rest);
    if (!found) {
      HF_ASSIGN(found, events_not_in_tail(rest, stop));
    }
    const Duration left = wait - (clock_.steady() - begin);
    if (!found->events.empty() || found->expired || left <= Duration::zero()) return std::move(*found);
    rest.after = found->through;
    tail_.wait_for_event(rest.prefix, rest.after, left, stop);
  }
  return fail(Code::cancelled, "waiting for events was stopped");
}

// Before the tail: etcd's history. After it: what other keys of the same etcd counted, or a number nobody gave.
Result<Events> EtcdStore::events_not_in_tail(const EventRequest& request, const std::stop_token& stop) {
  if (request.after < tail_.start()) return feed_.read_history(request, stop);
  HF_ASSIGN(const Revision revision, numbering_.refresh());
  return Events{.events = {}, .through = request.after, .expired = request.after > revision};
}

Result<LeaseId> EtcdStore::grant(Duration ttl) {
  HF_ASSIGN(const std::int64_t seconds, lease_seconds(ttl));
  HF_ASSIGN(const etcd::Lease lease, client_->lease_grant(seconds));
  return lease.id;
}

Status EtcdStore::keep_alive(LeaseId lease) {
  HF_TRY(client_->lease_keep_alive_once(lease));
  return {};
}

Status EtcdStore::revoke(LeaseId lease) {
  Status done = client_->lease_revoke(lease);
  if (!done && done.error().code == Code::not_found) return {};
  return done;
}

Status EtcdStore::compact(Revision through) {
  HF_ASSIGN(const Revision newest, numbering_.refresh());
  if (through > newest) return fail(Code::usage, "revision {} cannot be forgotten, the newest is {}", through, newest);
  const std::int64_t etcds = numbering_.offset().etcds(through);
  if (etcds <= 0) return {};
  const auto done = client_->compact(etcds, false);
  if (!done && done.error().code != Code::not_found) return tl::unexpected<Error>(done.error());
  tail_.forget(through);
  return {};
}

Status EtcdStore::check_alarms() {
  HF_ASSIGN(const std::vector<etcd::Alarm> alarms, client_->alarms());
  for (const etcd::Alarm& alarm : alarms) {
    if (alarm.kind == etcd::AlarmKind::no_space) {
      return with_hint(fail(Code::no_space, "etcd member {:x} has used up its quota", alarm.member_id),
                       "compact and defragment the members, then disarm the alarm");
    }
    if (alarm.kind == etcd::AlarmKind::corrupt) {
      return fail(Code::corrupt, "etcd member {:x} found its data differing from the others'", alarm.member_id);
    }
  }
  return {};
}

Result<StoreHealth> EtcdStore::health() {
  StoreHealth health;
  HF_ASSIGN(health.revision, numbering_.refresh());
  HF_TRY(check_alarms());
  HF_ASSIGN(health.oldest_event, feed_.oldest());
  for (const std::string& endpoint : client_->endpoints()) {
    const auto status = client_->status(endpoint);
    if (status) health.size_bytes = std::max(health.size_bytes, status->db_size);
  }
  return health;
}

}  // namespace holdfast::store
