// `holdfast delete`.
#pragma once

#include <optional>
#include <vector>

#include "client/api_client.h"

#include "base/units.h"
#include "cli/session.h"

namespace holdfast::cli {

struct DeleteFlags {
  bool yes = false;  // do not ask
  bool dry_run = false;
  bool wait = true;                    // until they are gone
  std::optional<Duration> limit = {};  // for each
  const char* done = "deleted";        // what is said of each
};

// Looks all up, asks once, deletes each that is still what it was, and says which are gone. Code::not_found when one is
// not there: then nothing is deleted. Code::refused when the answer is not yes, or one is a pinned Backup. The question
// says what goes with them and what stays (consequences.h).
Result<int> delete_objects(Session& session, client::ApiClient& client, const std::vector<client::Resource>& objects,
                           const DeleteFlags& flags);

}  // namespace holdfast::cli
