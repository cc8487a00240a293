#include <fmt/ranges.h>

#include "client/kubeconfig_file.h"
#include "client/self.h"
#include "commands.h"

#include "cli/server_options.h"
#include "cli/table.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

Result<client::Kubeconfig> load(cli::Session& session, const cli::ServerFlags& flags) {
  return client::load_kubeconfig(cli::kubeconfig_paths(flags, session.world()), session.world().files);
}

Result<int> get_contexts(cli::Session& session, const cli::ServerFlags& flags) {
  HF_ASSIGN(const client::Kubeconfig config, load(session, flags));
  json::Array contexts;
  cli::Table table({{.title = "CURRENT"},
                    {.title = "NAME"},
                    {.title = "CLUSTER"},
                    {.title = "SERVER"},
                    {.title = "USER"},
                    {.title = "NAMESPACE"}});
  for (const auto& [name, context] : config.contexts) {
    const auto cluster = config.clusters.find(context.cluster);
    const std::string server = cluster == config.clusters.end() ? "" : cluster->second.server;
    const bool current = name == config.current_context;
    table.add_row({current ? "*" : "", name, context.cluster, server, context.user, context.name_space});
    contexts.push_back(json::Object{{"name", name},
                                    {"current", current},
                                    {"cluster", context.cluster},
                                    {"server", server},
                                    {"user", context.user},
                                    {"namespace", context.name_space}});
  }
  session.print(json::Object{{"contexts", std::move(contexts)}}, [&](std::ostream& out) {
    if (session.output() != cli::OutputFormat::name) return table.print(out);
    for (const auto& [name, context] : config.contexts)
      out << name << '\n';
  });
  return 0;
}

Result<int> current_context(cli::Session& session, const cli::ServerFlags& flags) {
  HF_ASSIGN(const client::Kubeconfig config, load(session, flags));
  if (config.current_context.empty()) {
    return with_hint(fail(Code::not_found, "the kubeconfig has no current context"),
                     "choose one with \"holdfast config use-context\"");
  }
  session.print(json::Object{{"context", config.current_context}},
                [&](std::ostream& out) { out << config.current_context << '\n'; });
  return 0;
}

Result<int> use_context(cli::Session& session, const cli::ServerFlags& flags, const std::string& name) {
  HF_ASSIGN(const std::string path,
            client::set_current_context(cli::kubeconfig_paths(flags, session.world()), name, session.world().files));
  session.print(json::Object{{"context", name}, {"file", path}},
                [&](std::ostream& out) { out << "switched to context \"" << name << "\" in " << path << '\n'; });
  return 0;
}

Result<int> whoami(cli::Session& session, const cli::ServerFlags& flags) {
  HF_ASSIGN(const auto client, cli::open_client(flags, session));
  HF_ASSIGN(const client::Self self, client::who_am_i(*client, session.world().stop));
  json::Array groups;
  for (const std::string& group : self.groups)
    groups.emplace_back(group);
  json::Object projects;
  for (const auto& [project, role] : self.projects)
    projects[project] = role;
  const json::Value document = json::Object{{"user", self.user},
                                            {"groups", std::move(groups)},
                                            {"admin", self.admin},
                                            {"metrics", self.metrics},
                                            {"projects", std::move(projects)}};
  session.print(document, [&](std::ostream& out) {
    cli::FactSheet facts;
    facts.add("user", self.user);
    facts.add("groups", fmt::format("{}", fmt::join(self.groups, ", ")));
    if (self.admin) facts.add("role", "administrator: may do everything");
    if (self.metrics) facts.add("role", "may read /metrics");
    for (const auto& [project, role] : self.projects)
      facts.add("role", fmt::format("{} of the project {}", role, project));
    if (!self.admin && !self.metrics && self.projects.empty()) facts.add("role", "none");
    facts.print(out);
  });
  return 0;
}

cli::OptionGroup options(cli::ServerFlags& flags) {
  return {.title = "Kubeconfig", .options = {cli::kubeconfig_option(flags)}};
}

cli::Command make_get_contexts() {
  auto flags = std::make_shared<cli::ServerFlags>();
  return {.name = "get-contexts",
          .summary = "lists the contexts of the kubeconfig",
          .groups = {options(*flags)},
          .examples = {{.explanation = "all of them", .line = "holdfast config get-contexts"}},
          .run = [flags](cli::Session& session,
                         const Words&) { return doing(get_contexts(session, *flags), "list the contexts"); },
          .storage = flags};
}

cli::Command make_current_context() {
  auto flags = std::make_shared<cli::ServerFlags>();
  return {.name = "current-context",
          .summary = "says which context is used",
          .groups = {options(*flags)},
          .examples = {{.explanation = "its name", .line = "holdfast config current-context"}},
          .run = [flags](cli::Session& session,
                         const Words&) { return doing(current_context(session, *flags), "find the current context"); },
          .storage = flags};
}

cli::Command make_use_context() {
  auto flags = std::make_shared<cli::ServerFlags>();
  return {.name = "use-context",
          .summary = "chooses the context that is used from now on",
          .description = "Changes one line of the kubeconfig. kubectl uses the same one.",
          .positionals = {{.name = "CONTEXT",
                           .help = "a context of the kubeconfig",
                           .completes = cli::Completes::resource,
                           .kind = cli::kContexts}},
          .groups = {options(*flags)},
          .examples = {{.explanation = "the server's", .line = "holdfast config use-context holdfast"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(use_context(session, *flags, words[0]), "use the context {}", words[0]);
              },
          .storage = flags};
}

cli::Command make_whoami() {
  auto flags = std::make_shared<cli::ServerFlags>();
  return {.name = "whoami",
          .summary = "says who the server takes us for, and our roles in projects",
          .groups = {cli::connection_options(*flags)},
          .examples = {{.explanation = "which projects are mine?", .line = "holdfast config whoami"}},
          .run = [flags](cli::Session& session,
                         const Words&) { return doing(whoami(session, *flags), "ask the server who we are"); },
          .storage = flags};
}

}  // namespace

cli::Command make_config() {
  return {.name = "config",
          .summary = "shows and chooses contexts of the kubeconfig, and says who we are",
          .commands = {make_get_contexts(), make_use_context(), make_current_context(), make_whoami()}};
}

}  // namespace holdfast::app
