#include "cli/server_options.h"

#include "client/kubeconfig_file.h"

#include "cli/setters.h"

namespace holdfast::cli {
namespace {

Result<client::Kubeconfig> load(const ServerFlags& flags, World& world) {
  auto config = client::load_kubeconfig(kubeconfig_paths(flags, world), world.files);
  const bool needless = !flags.choice.server.empty() && flags.choice.context.empty() && flags.kubeconfig.empty();
  if (!config && config.error().code == Code::not_found && needless) return client::Kubeconfig{};
  return config;
}

Option file_option(std::string name, std::string help, std::string& target) {
  return {.name = std::move(name),
          .value_name = "FILE",
          .help = std::move(help),
          .default_text = "as the context has it",
          .completes = Completes::file,
          .set = set_text(target)};
}

}  // namespace

Option kubeconfig_option(ServerFlags& flags) {
  return {.name = "kubeconfig",
          .value_name = "FILE",
          .help = "where servers and credentials are described; several files, separated by colons, count as one",
          .default_text = "HOLDFAST_KUBECONFIG, KUBECONFIG, the setting, ~/.kube/config",
          .environment = {"KUBECONFIG"},
          .completes = Completes::file,
          .set = set_text(flags.kubeconfig)};
}

Option namespace_option(ServerFlags& flags) {
  return {.name = "namespace",
          .letters = "n",
          .value_name = "NAMESPACE",
          .help = "where the objects are; those of a cluster are in cluster-NAME",
          .default_text = "as the context has it",
          .completes = Completes::resource,
          .kind = "namespaces",
          .only_flag = true,
          .set = set_text(flags.choice.name_space)};
}

OptionGroup connection_options(ServerFlags& flags) {
  OptionGroup group{.title = "Connection to the server", .options = {}};
  group.options.push_back(kubeconfig_option(flags));
  group.options.push_back({.name = "context",
                           .value_name = "NAME",
                           .help = "the context of the kubeconfig to use",
                           .default_text = "the current one",
                           .completes = Completes::resource,
                           .kind = kContexts,
                           .set = set_text(flags.choice.context)});
  group.options.push_back({.name = "server",
                           .value_name = "URL",
                           .help = "address of the server",
                           .default_text = "as the context has it",
                           .set = set_text(flags.choice.server)});
  group.options.push_back(file_option("certificate-authority",
                                      "CA certificates (PEM) that the server's certificate is checked against",
                                      flags.choice.authority_file));
  group.options.push_back(
      file_option("token-file", "bearer token to show instead of the context's user", flags.choice.token_file));
  return group;
}

std::vector<std::string> kubeconfig_paths(const ServerFlags& flags, const World& world) {
  return client::kubeconfig_paths(flags.kubeconfig, world.environment);
}

Result<client::Connection> connection_of(const ServerFlags& flags, Session& session) {
  World& world = session.world();
  HF_ASSIGN(const client::Kubeconfig config, load(flags, world));
  return client::resolve(config, flags.choice, world.files);
}

Result<std::unique_ptr<client::ApiClient>> open_client(const ServerFlags& flags, Session& session) {
  World& world = session.world();
  HF_ASSIGN(client::Connection connection, connection_of(flags, session));
  auto client = client::ApiClient::create(std::move(connection), world.files, world.environment, world.clock);
  client->on_warning([&session](const std::string& text) { session.warn(text); });
  return client;
}

}  // namespace holdfast::cli
