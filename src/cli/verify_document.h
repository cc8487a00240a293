// What `verify` prints.
#pragma once

#include <ostream>

#include "cli/verify_snapshot.h"
#include "model/json.h"

namespace holdfast::cli {

json::Value verify_document(const VerifyOutcome& outcome);
void print_verify(std::ostream& out, const VerifyOutcome& outcome);

}  // namespace holdfast::cli
