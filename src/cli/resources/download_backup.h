// `holdfast backup download`.
#pragma once

#include <cstdint>
#include <string>

#include "client/api_client.h"

#include "cli/session.h"

namespace holdfast::cli {

// Fetches the plain snapshot of a Backup into a new file, which has its name only when it is complete and on the disk;
// "-" is standard output, where only success says that it is complete. Returns its size in bytes. Code::exists: there
// is such a file already. Code::usage: standard output is a terminal.
Result<std::uint64_t> download_backup(Session& session, client::ApiClient& client, const client::Resource& backup,
                                      const std::string& path);

}  // namespace holdfast::cli
