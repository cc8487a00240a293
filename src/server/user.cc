#include "server/user.h"

#include <algorithm>

namespace holdfast::server {

bool User::in_group(std::string_view group) const {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace holdfast::server
