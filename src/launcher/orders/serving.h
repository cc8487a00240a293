// Waits until the etcd beside the launcher serves.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "launcher/orders/order_handlers.h"

#include "base/result.h"
#include "etcd/client.h"
#include "os/clock.h"

namespace holdfast::launcher {

// Asks twice a second until the member has a leader and gives its HashKV at `revision` (0: at its head).
// Code::cancelled when stopped: how long it may take is known to who asked. `client`: of this member alone.
Result<ServingFacts> wait_until_it_serves(etcd::Client& client, const std::string& endpoint, std::int64_t revision,
                                          os::Clock& clock, const std::stop_token& stop);

}  // namespace holdfast::launcher
