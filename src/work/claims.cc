#include "work/claims.h"

#include <set>

namespace holdfast::work {
namespace {

constexpr std::string_view kPrefix = "w/claim/";
// A commit whose answer did not come may still be carried out a while later.
constexpr int kDoubtfulRounds = 12;
constexpr std::size_t kMostStrays = 60;  // in one transaction

std::string operation_key(std::string_view operation) {
  return fmt::format("{}operation/{}", kPrefix, operation);
}

std::string destination_prefix(std::string_view destination) {
  return fmt::format("{}destination/{}/", kPrefix, destination);
}

}  // namespace

Claims::~Claims() {
  if (lease() != 0) static_cast<void>(store_.revoke(lease()));
}

store::LeaseId Claims::lease() const {
  const std::lock_guard lock(mutex_);
  return lease_;
}

Status Claims::new_lease() {
  HF_ASSIGN(const store::LeaseId lease, store_.grant(ttl_));
  const std::lock_guard lock(mutex_);
  lease_ = lease;
  held_.clear();
  return {};
}

Status Claims::start() {
  HF_ASSIGN(const store::Page page, store_.list({.prefix = std::string(kPrefix)}));
  std::set<store::LeaseId> old;
  for (const store::Entry& each : page.entries) {
    if (each.value == runner_ && each.lease != 0) old.insert(each.lease);
  }
  for (const store::LeaseId each : old)
    HF_TRY(store_.revoke(each));
  return new_lease();
}

Status Claims::keep() {
  const Status kept = store_.keep_alive(lease());
  if (kept) take_back_strays();
  if (kept || kept.error().code != Code::not_found) return kept;
  HF_TRY(new_lease());
  return kept;
}

void Claims::doubt() {
  const std::lock_guard lock(mutex_);
  doubtful_ = kDoubtfulRounds;
}

void Claims::take_back_strays() {
  {
    const std::lock_guard lock(mutex_);
    if (doubtful_ == 0) return;
  }
  const std::unique_lock claiming(claiming_, std::try_to_lock);
  if (!claiming) return;  // next time
  if (!remove_strays()) return;
  const std::lock_guard lock(mutex_);
  if (doubtful_ > 0) --doubtful_;
}

Status Claims::remove_strays() {
  HF_ASSIGN(const store::Page page, store_.list({.prefix = std::string(kPrefix)}));
  store::Transaction transaction;
  {
    const std::lock_guard lock(mutex_);
    for (const store::Entry& each : page.entries) {
      if (each.value != runner_ || each.lease != lease_ || held_.contains(each.modified)) continue;
      if (transaction.writes.size() == kMostStrays) break;
      transaction.conditions.push_back({.key = each.key, .modified = each.modified});
      transaction.writes.push_back({.key = each.key, .value = std::nullopt});
    }
  }
  if (transaction.writes.empty()) return {};
  HF_TRY(store_.commit(transaction));
  return {};
}

// Empty when all are taken.
Result<std::string> Claims::free_slot(const ClaimRequest& request) {
  const std::string prefix = destination_prefix(request.destination);
  HF_ASSIGN(const store::Page page, store_.list({.prefix = prefix}));
  std::set<std::string> taken;
  for (const store::Entry& each : page.entries)
    taken.insert(each.key);
  for (std::size_t slot = 0; slot < request.destination_slots; ++slot) {
    std::string key = fmt::format("{}{:04}", prefix, slot);
    if (!taken.contains(key)) return key;
  }
  return std::string();
}

Result<std::optional<Claim>> Claims::claim(const ClaimRequest& request) {
  Claim claim;
  claim.keys.push_back(operation_key(request.operation));
  if (!request.cluster.empty()) claim.keys.push_back(fmt::format("{}cluster/{}", kPrefix, request.cluster));
  if (!request.destination.empty()) {
    HF_ASSIGN(std::string slot, free_slot(request));
    if (slot.empty()) return std::nullopt;
    claim.keys.push_back(std::move(slot));
  }
  store::Transaction transaction;
  for (const std::string& key : claim.keys) {
    transaction.conditions.push_back({.key = key, .modified = 0});
    transaction.writes.push_back({.key = key, .value = runner_, .lease = lease()});
  }
  return commit_claim(std::move(claim), transaction);
}

Result<std::optional<Claim>> Claims::commit_claim(Claim claim, const store::Transaction& transaction) {
  const std::lock_guard claiming(claiming_);
  const auto outcome = store_.commit(transaction);
  if (!outcome) {
    doubt();
    return tl::unexpected(outcome.error());
  }
  if (!outcome->committed) return std::nullopt;
  claim.guard = {.key = claim.keys.front(), .modified = outcome->revision};
  claim.sequence = outcome->revision;
  const std::lock_guard lock(mutex_);
  held_.insert(claim.sequence);
  return claim;
}

void Claims::release(const Claim& claim) {
  store::Transaction transaction;
  transaction.conditions.push_back(claim.guard);
  for (const std::string& key : claim.keys)
    transaction.writes.push_back({.key = key, .value = std::nullopt});
  {
    const std::lock_guard lock(mutex_);
    held_.erase(claim.sequence);
  }
  // Our lease goes on: what cannot be given up now is taken back later.
  if (!store_.commit(transaction)) doubt();
}

}  // namespace holdfast::work
