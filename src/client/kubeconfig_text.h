// A kubeconfig for somebody who has a token.
#pragma once

#include <string>

#include "client/connection.h"

#include "base/secret.h"
#include "model/json.h"

namespace holdfast::client {

// One cluster, user and context, all called "holdfast": the server of `connection` and what is needed to trust it, and
// `token`. Nothing of who we are ourselves goes into it.
json::Value kubeconfig_for(const Connection& connection, const std::string& user, const Secret& token);

}  // namespace holdfast::client
