// Who the server takes us for.
#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "client/api_client.h"

namespace holdfast::client {

struct Self {
  std::string user;
  std::vector<std::string> groups;
  bool admin = false;
  bool metrics = false;                         // may read /metrics
  std::map<std::string, std::string> projects;  // and the role in each
};

// As a SelfSubjectReview of the server says; roles only of a server that tells them.
Result<Self> who_am_i(ApiClient& client, const std::stop_token& stop);

}  // namespace holdfast::client
