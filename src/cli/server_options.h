// The options of every command that speaks with a server, and the client they lead to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/api_client.h"
#include "client/kubeconfig.h"

#include "cli/option.h"
#include "cli/session.h"

namespace holdfast::cli {

struct ServerFlags {
  std::string kubeconfig;  // a list separated by colons; empty: the usual place
  client::ConnectionChoice choice;
};

OptionGroup connection_options(ServerFlags& flags);
// --kubeconfig alone, and --namespace alone, for commands that need no more, or less.
Option kubeconfig_option(ServerFlags& flags);
Option namespace_option(ServerFlags& flags);

// The files --kubeconfig stands for.
std::vector<std::string> kubeconfig_paths(const ServerFlags& flags, const World& world);

// Where the server is and who we are there, from the kubeconfig and what goes before it.
Result<client::Connection> connection_of(const ServerFlags& flags, Session& session);
// The same as a client; nothing is sent yet. Warnings of the server become those of the session, which must outlive the
// client.
Result<std::unique_ptr<client::ApiClient>> open_client(const ServerFlags& flags, Session& session);

}  // namespace holdfast::cli
