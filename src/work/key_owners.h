// Which clusters a key of an object could be of.
#pragma once

#include <string>
#include <string_view>

#include "work/world.h"

#include "base/result.h"

namespace holdfast::work {

// Can the object under this key be a backup of another cluster that is there, with a config that is there, than of
// `cluster`? New clusters and configs that would share keys are refused (api/rules_names.cc); there may be older ones.
Result<bool> may_be_of_another(World& world, std::string_view cluster, std::string_view object_key);

}  // namespace holdfast::work
