// What `restore` prints.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "model/json.h"
#include "snapshot/membership.h"
#include "snapshot/restore.h"

namespace holdfast::cli {

struct RestoreOutcome {
  std::string place;
  snapshot::RestoreReport report;
  snapshot::Membership membership;
};

json::Value restore_document(const RestoreOutcome& outcome);
void print_restore(std::ostream& out, const RestoreOutcome& outcome);

// A command that starts etcd on a restored directory. The client URLs are a guess that its user adapts, and so are the
// names in capitals of the TLS files, which are there when the peer URLs are https.
std::string start_command(const snapshot::RestoredMember& member, const snapshot::Membership& membership);

}  // namespace holdfast::cli
