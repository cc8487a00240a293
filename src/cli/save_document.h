// What `save` prints.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "model/json.h"
#include "repository/save.h"

namespace holdfast::cli {

// `place`: of the object, as a person would write it.
// `aborted_uploads`: stale ones of ours that were cleared away; absent where there are none or nobody may look.
json::Value save_document(const std::string& place, const repository::SaveReport& report,
                          std::optional<std::uint64_t> aborted_uploads);
void print_save(std::ostream& out, const std::string& place, const repository::SaveReport& report);

}  // namespace holdfast::cli
