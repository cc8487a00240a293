// What `check` prints.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "model/json.h"
#include "objectstore/check.h"

namespace holdfast::cli {

struct CheckResult {
  std::string place;        // as a person would write it
  std::string left_behind;  // the probe object, likewise; empty when it is gone
  objectstore::CheckReport report;
  std::optional<std::uint64_t> aborted_uploads;  // stale ones of ours; absent where there are none or nobody may look
};

// A step of its own for what was found of killed saves. It is not required.
void add_leftovers(CheckResult& result, const Result<std::uint64_t>& aborted);

json::Value check_document(const CheckResult& result);
void print_check(std::ostream& out, const CheckResult& result);

}  // namespace holdfast::cli
