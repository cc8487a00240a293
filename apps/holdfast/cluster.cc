// cluster add, list, remove.
#include <fmt/ranges.h>

#include "cluster_options.h"
#include "commands.h"

#include "base/bytes.h"
#include "cli/resources/delete_objects.h"
#include "cli/resources/find_named.h"
#include "cli/resources/get_objects.h"
#include "cli/resources/object_output.h"
#include "cli/resources/wait_for.h"
#include "cli/secrets.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kTlsSecret = "etcd-client-tls";
constexpr const char* kProjectLabel = "project-id";
constexpr const char* kAuthSecret = "etcd-client-auth";
constexpr std::size_t kMaxPem = 256 * kKiB;
constexpr Duration kNamespaceLimit = std::chrono::seconds(30);
constexpr Duration kNamespacePause = std::chrono::milliseconds(50);

struct Flags {
  cli::ServerFlags server;
  cli::DeleteFlags remove;
  std::vector<std::string> endpoints;
  std::string seed;
  std::string project;
  std::string labels;  // which ones to list
  std::string title;
  std::string server_name;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string user;
  std::string password_file;
  bool delete_backups = false;
};

bool has_tls(const Flags& flags) {
  return !flags.ca_file.empty() || !flags.certificate_file.empty();
}

Status check(const Flags& flags) {
  if (flags.endpoints.empty())
    return with_hint(fail(Code::usage, "no endpoint"), "name the members' client URLs with --member");
  if (flags.certificate_file.empty() != flags.key_file.empty())
    return fail(Code::usage, "--member-cert and --member-key go together");
  if (flags.user.empty() != flags.password_file.empty())
    return fail(Code::usage, "--member-user and --member-password-file go together");
  return {};
}

json::Value cluster_object(const Flags& flags, const client::Resource& cluster) {
  json::Array endpoints;
  for (const std::string& each : flags.endpoints)
    endpoints.emplace_back(each);
  json::Object tls;
  if (has_tls(flags)) tls["secretRef"] = json::Object{{"name", kTlsSecret}};
  if (!flags.server_name.empty()) tls["serverName"] = flags.server_name;
  json::Object etcd{{"endpoints", std::move(endpoints)}};
  if (!tls.empty()) etcd["tls"] = std::move(tls);
  if (!flags.user.empty()) etcd["authSecretRef"] = json::Object{{"name", kAuthSecret}};
  json::Object spec{{"etcd", std::move(etcd)}};
  if (!flags.seed.empty()) spec["seed"] = flags.seed;
  if (!flags.title.empty()) spec["humanReadableName"] = flags.title;
  json::Object metadata{{"name", cluster.name}};
  if (!flags.project.empty()) metadata["labels"] = json::Object{{kProjectLabel, flags.project}};
  return json::Object{{"apiVersion", cluster.kind.api_version()},
                      {"kind", cluster.kind.kind},
                      {"metadata", std::move(metadata)},
                      {"spec", std::move(spec)}};
}

Status put_secret(client::ApiClient& client, const std::string& name_space, const char* name, json::Object values,
                  const std::stop_token& stop) {
  HF_ASSIGN(const client::Resource secret, client.resource(kSecrets, name_space, name, stop));
  const json::Value object = json::Object{{"apiVersion", "v1"},
                                          {"kind", "Secret"},
                                          {"metadata", json::Object{{"name", name}, {"namespace", name_space}}},
                                          {"stringData", std::move(values)}};
  HF_TRY(client.apply(secret, object, {.force = true}, stop));
  return {};
}

Status add_file(json::Object& values, const char* name, const std::string& path, os::FileSystem& files) {
  if (path.empty()) return {};
  HF_ASSIGN(const Bytes bytes, os::read_file(files, path, kMaxPem));
  values[name] = std::string(as_text(bytes));
  return {};
}

// What the files hold, read before anything is made.
struct Secrets {
  json::Object tls;
  json::Object auth;
};

Result<Secrets> read_secrets(const Flags& flags, os::FileSystem& files) {
  Secrets secrets;
  HF_TRY(add_file(secrets.tls, "ca.crt", flags.ca_file, files));
  HF_TRY(add_file(secrets.tls, "tls.crt", flags.certificate_file, files));
  HF_TRY(add_file(secrets.tls, "tls.key", flags.key_file, files));
  if (flags.user.empty()) return secrets;
  HF_ASSIGN(const Secret password, cli::read_secret_file(files, flags.password_file));
  secrets.auth = {{"username", flags.user}, {"password", std::string(password.reveal())}};
  return secrets;
}

// The server makes the namespace of a new cluster.
Status wait_for_namespace(cli::Session& session, client::ApiClient& client, const std::string& name) {
  cli::World& world = session.world();
  HF_ASSIGN(const client::Resource space, client.resource("namespaces", "", name, world.stop));
  const os::SteadyTime end = world.clock.steady() + kNamespaceLimit;
  while (true) {
    const auto found = client.get(space, client::Form::object, world.stop);
    if (found) return {};
    if (found.error().code != Code::not_found || world.clock.steady() > end)
      return in_context(found.error(), "wait for its namespace");
    if (!world.clock.sleep_for(kNamespacePause, world.stop)) return fail(Code::cancelled, "stopped");
  }
}

Status put_secrets(client::ApiClient& client, const std::string& name_space, Secrets secrets,
                   const std::stop_token& stop) {
  if (!secrets.tls.empty()) HF_TRY(put_secret(client, name_space, kTlsSecret, std::move(secrets.tls), stop));
  if (!secrets.auth.empty()) HF_TRY(put_secret(client, name_space, kAuthSecret, std::move(secrets.auth), stop));
  return {};
}

// An owner who names no project is refused as if they had no role.
Error project_missing(Error error, client::ApiClient& client, const Flags& flags, const std::stop_token& stop) {
  if (error.code != Code::refused || !flags.project.empty()) return error;
  return cli::chosen_instead(std::move(error), client, "say which project it is for with --project PROJECT", stop);
}

Result<int> add(cli::Session& session, const Flags& flags, const std::string& name) {
  HF_TRY(check(flags));
  HF_ASSIGN(Secrets secrets, read_secrets(flags, session.world().files));
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_ASSIGN(const client::Resource cluster, client->resource(kClusters, "", name, stop));
  client::Resource all = cluster;
  all.name.clear();
  auto created = client->create(all, cluster_object(flags, cluster), {}, stop);
  if (!created) return tl::unexpected(project_missing(std::move(created).error(), *client, flags, stop));
  json::Value made = std::move(*created);
  const std::string name_space = cli::namespace_of_cluster(name);
  HF_TRY(wait_for_namespace(session, *client, name_space));
  HF_TRY(put_secrets(*client, name_space, std::move(secrets), stop));
  cli::print_outcomes(session, {{.resource = cluster, .object = std::move(made), .done = "created"}});
  return 0;
}

Result<int> list(cli::Session& session, const Flags& flags) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const client::Resource all, cli::all_of(*client, kClusters, "", session.world().stop));
  const cli::TargetFlags chosen{.selection = {.labels = flags.labels, .fields = {}}};
  auto listed = cli::get_objects(session, *client, {all}, chosen, false);
  if (listed) return listed;
  return tl::unexpected(cli::chosen_instead(std::move(listed).error(), *client,
                                            "say holdfast cluster list -l project-id=PROJECT", session.world().stop));
}

Result<int> remove(cli::Session& session, const Flags& flags, const std::string& name) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_ASSIGN(const client::Resource cluster, client->resource(kClusters, "", name, stop));
  if (flags.delete_backups && !flags.remove.yes)
    return with_hint(fail(Code::usage, "--delete-backups needs --yes"), "all backups of the cluster would go with it");
  if (flags.delete_backups) {
    const json::Value patch = json::Object{{"spec", json::Object{{"deletionPolicy", "Delete"}}}};
    HF_TRY(client->patch(cluster, client::PatchType::merge, patch, {}, stop));
  }
  return cli::delete_objects(session, *client, {cluster}, flags.remove);
}

cli::OptionGroup etcd_options(Flags& flags) {
  cli::OptionGroup group{.title = "Its etcd", .options = {}};
  group.options.push_back({.name = "member",
                           .value_name = "URL",
                           .help = "where a member answers clients",
                           .repeatable = true,
                           .only_flag = true,
                           .set = cli::set_comma_list(flags.endpoints)});
  const auto file = [&](const char* name, const char* help, std::string& target) {
    cli::Option option = text_option(name, "FILE", help, target);
    option.completes = cli::Completes::file;
    group.options.push_back(std::move(option));
  };
  file("member-cacert", "CA certificates (PEM) that the members' certificates are checked against", flags.ca_file);
  file("member-cert", "client certificate (PEM); it is kept as a Secret of the server", flags.certificate_file);
  file("member-key", "key of that certificate", flags.key_file);
  group.options.push_back(text_option("member-server-name", "NAME", "name that must stand in the members' certificates",
                                      flags.server_name));
  group.options.push_back(text_option("member-user", "NAME", "user of etcd", flags.user));
  file("member-password-file", "file whose first line is that user's password", flags.password_file);
  return group;
}

cli::Command make_add() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "The cluster", .options = {}};
  group.options.push_back(
      name_option("seed", "SEED", "the Seed it belongs to; needed when there are several", kSeeds, flags->seed));
  group.options.push_back(name_option("project", "PROJECT", "the project it belongs to; owners must name one of theirs",
                                      kProjects, flags->project));
  group.options.push_back(text_option("title", "TEXT", "a name for people", flags->title));
  return {
      .name = "add",
      .summary = "tells the server about a cluster whose etcd runs",
      .description =
          "Makes a Cluster, and Secrets of the files named, in the namespace cluster-NAME that the server makes for "
          "it. When its Seed has a default destination, backups are made by themselves, every 20 minutes "
          "unless the Seed says otherwise, the first one after that time; \"holdfast backup now NAME\" makes one at "
          "once.",
      .positionals = {{.name = "NAME", .help = "name of the cluster"}},
      .groups = {etcd_options(*flags), std::move(group), cli::connection_options(flags->server)},
      .examples =
          {{.explanation = "three members behind TLS",
            .line =
                "holdfast cluster add prod --member https://10.0.0.1:2379,https://10.0.0.2:2379,https://10.0.0.3:2379 "
                "--member-cacert ca.crt --member-cert client.crt --member-key client.key"}},
      .run = [flags](
                 cli::Session& session,
                 const Words& words) { return doing(add(session, *flags, words[0]), "add the cluster {}", words[0]); },
      .storage = flags};
}

cli::Command make_list() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "Which clusters", .options = {}};
  group.options.push_back({.name = "selector",
                           .letters = "l",
                           .value_name = "LABELS",
                           .help = "only clusters with these labels, such as project-id=PROJECT",
                           .only_flag = true,
                           .set = cli::set_text(flags->labels)});
  return {
      .name = "list",
      .summary = "lists clusters, how they are and whether they are protected",
      .groups = {std::move(group), cli::connection_options(flags->server)},
      .examples = {{.explanation = "all of them", .line = "holdfast cluster list"},
                   {.explanation = "those of a project", .line = "holdfast cluster list -l project-id=shop"}},
      .run = [flags](cli::Session& session, const Words&) { return doing(list(session, *flags), "list the clusters"); },
      .storage = flags};
}

cli::Command make_remove() {
  auto flags = std::make_shared<Flags>();
  flags->remove.done = "removed";
  cli::OptionGroup group{.title = "Removal of the cluster", .options = {yes_option(flags->remove.yes)}};
  group.options.push_back({.name = "delete-backups",
                           .help = "delete all of its backups, too; with --yes only",
                           .only_flag = true,
                           .set = cli::set_switch(flags->delete_backups)});
  return {.name = "remove",
          .summary = "lets go of a cluster; its etcd and its backups stay as they are",
          .positionals = {named("CLUSTER", "the cluster", kClusters)},
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "after a question", .line = "holdfast cluster remove prod"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(remove(session, *flags, words[0]), "remove the cluster {}", words[0]);
              },
          .storage = flags};
}

}  // namespace

cli::Command make_cluster() {
  return {.name = "cluster",
          .summary = "adds, lists and removes clusters of the server",
          .commands = {make_add(), make_list(), make_remove()}};
}

}  // namespace holdfast::app
