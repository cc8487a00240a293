// What `save` prints.
#pragma once

#include <ostream>
#include <string>

#include "model/json.h"
#include "repository/save.h"

namespace holdfast::cli {

// `place`: of the object, as a person would write it.
json::Value save_document(const std::string& place, const repository::SaveReport& report);
void print_save(std::ostream& out, const std::string& place, const repository::SaveReport& report);

}  // namespace holdfast::cli
