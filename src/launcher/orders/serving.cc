#include "launcher/orders/serving.h"

#include <chrono>
#include <optional>

namespace holdfast::launcher {
namespace {

constexpr Duration kAskEvery = std::chrono::milliseconds(500);

// Nothing: not yet. A member without a leader answers, too, but nothing can be written there.
std::optional<ServingFacts> ask(etcd::Client& client, const std::string& endpoint, std::int64_t revision) {
  const auto status = client.status(endpoint);
  if (!status || status->leader == 0) return std::nullopt;
  const auto hash = client.hash_kv(endpoint, revision);
  if (!hash) return std::nullopt;
  return ServingFacts{.cluster_id = status->cluster_id, .revision = status->revision, .hash = hash->hash};
}

}  // namespace

Result<ServingFacts> wait_until_it_serves(etcd::Client& client, const std::string& endpoint, std::int64_t revision,
                                          os::Clock& clock, const std::stop_token& stop) {
  do {
    if (const auto facts = ask(client, endpoint, revision)) return *facts;
  } while (clock.sleep_for(kAskEvery, stop));
  return fail(Code::cancelled, "nobody waits any longer until {} serves", endpoint);
}

}  // namespace holdfast::launcher
