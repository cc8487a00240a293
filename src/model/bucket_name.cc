#include "model/bucket_name.h"

#include <algorithm>

namespace holdfast {
namespace {

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

}  // namespace

bool is_bucket_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 255 && std::all_of(name.begin(), name.end(), is_allowed) &&
         name.find("..") == std::string_view::npos && name.front() != '.';
}

}  // namespace holdfast
