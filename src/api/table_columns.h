// Private to api/: the columns of kinds whose cells are more than one path.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "base/units.h"
#include "model/json.h"

namespace holdfast::api {

struct SpecialColumn {
  Column column;
  std::string format;
  std::function<json::Value(const json::Value& object, WallTime now)> cell;
};

// All columns, Name and Age included, of Namespace, Secret, ConfigMap and Event; empty for other kinds.
std::vector<SpecialColumn> special_columns(const Kind& kind);
SpecialColumn name_column();
SpecialColumn age_column();

}  // namespace holdfast::api
