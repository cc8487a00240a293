// What `check` prints.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "model/json.h"
#include "objectstore/check.h"

namespace holdfast::cli {

json::Value check_document(const std::string& place, const objectstore::CheckReport& report);
void print_check(std::ostream& out, const std::string& place, const objectstore::CheckReport& report);

}  // namespace holdfast::cli
