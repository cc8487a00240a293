// Until what is stored of a Backup is gone.
#pragma once

#include <optional>

#include "client/api_client.h"

#include "base/units.h"
#include "cli/session.h"

namespace holdfast::cli {

// Waits until a Backup whose deletion was asked for is gone, and shows how the operation that removes its object gets
// on. Code::timeout with what went wrong, and that it goes on at the server, as Code::cancelled says it; the
// operation's own error when the server has given up, and the Backup stays for now.
Status wait_for_removal(Session& session, client::ApiClient& client, const client::Resource& backup,
                        std::optional<Duration> limit);

}  // namespace holdfast::cli
