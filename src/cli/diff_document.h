// What `diff` prints.
#pragma once

#include <ostream>

#include "cli/diff_snapshots.h"
#include "model/json.h"

namespace holdfast::cli {

json::Value diff_document(const DiffOutcome& outcome);
void print_diff(std::ostream& out, const DiffOutcome& outcome);

}  // namespace holdfast::cli
