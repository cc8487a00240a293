// launcher run, list, token create.
#include <utility>

#include "cluster_options.h"
#include "commands.h"
#include "launcher/agent/agent.h"
#include "launcher/agent/host_facts.h"

#include "api/fields.h"
#include "api/names.h"
#include "base/log.h"
#include "cli/resources/find_named.h"
#include "cli/resources/get_objects.h"
#include "cli/server_options.h"
#include "cli/setters.h"
#include "cli/text.h"
#include "os/host.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kLauncherKind = "launchers.holdfast.dev";
constexpr const char* kTokenKind = "tokens.holdfast.dev";
constexpr Duration kJoinTokenFor = std::chrono::hours(1);

struct RunFlags {
  cli::ServerFlags server;
  std::string cluster;
  std::string name;
  std::string member;
  std::string join_token_file;
  std::string state_directory;
  std::string data_directory;
};

struct TokenFlags {
  cli::ServerFlags server;
  std::string cluster;
  std::string seed;
  Duration lifetime = kJoinTokenFor;
  int uses = 0;  // 0: as often as one likes
  std::string description;
};

// --- run

Result<std::string> name_of_launcher(const RunFlags& flags) {
  const std::string name = flags.name.empty() ? os::host_name() : flags.name;
  if (api::is_dns_subdomain(name)) return name;
  return with_hint(fail(Code::usage, "\"{}\" cannot be the name of a launcher", name),
                   "give one with --name: small letters, digits, '-' and '.'");
}

Result<launcher::AgentOptions> agent_options(cli::Session& session, RunFlags& flags) {
  cli::World& world = session.world();
  if (flags.cluster.empty()) return with_hint(fail(Code::usage, "no cluster"), "name it with --cluster");
  if (flags.state_directory.empty())
    return with_hint(fail(Code::usage, "no state directory"),
                     "name one with --state-dir; it is made if it is not there");
  launcher::AgentOptions options;
  HF_ASSIGN(const std::string name, name_of_launcher(flags));
  options.launcher = {.cluster = flags.cluster, .name = name};
  options.member = flags.member.empty() ? name : flags.member;
  options.join_token_file = flags.join_token_file;
  options.state_directory = flags.state_directory;
  options.machine_id = os::machine_id(world.files);
  // Not who we are by a kubeconfig, but that there is something to send, which no plain connection may carry.
  flags.server.choice.token_file = os::join_path(flags.state_directory, "token");
  HF_ASSIGN(options.server, cli::connection_of(flags.server, session));
  return options;
}

Result<int> run(cli::Session& session, RunFlags& flags) {
  cli::World& world = session.world();
  HF_ASSIGN(launcher::AgentOptions options, agent_options(session, flags));
  const std::string said =
      fmt::format("holdfast launcher: {} of cluster {}, at {}\n", cli::printable(options.launcher.name),
                  cli::printable(options.launcher.cluster), cli::printable(options.server.server));
  launcher::HostFacts facts(flags.data_directory, world.files);
  const launcher::AgentWorld agent_world{world.files, world.clock, world.random, world.environment};
  log::stamp([&world] { return format_time(world.clock.now(), true); });
  launcher::Agent agent(std::move(options), agent_world, facts, {});
  const Status done = agent.run([&] { world.out << said << std::flush; }, world.stop);
  log::stamp({});
  if (!done) return tl::unexpected(done.error());
  return 0;
}

cli::OptionGroup run_options(RunFlags& flags) {
  cli::OptionGroup group{.title = "Launcher", .options = {}};
  group.options.push_back({.name = "cluster",
                           .value_name = "NAME",
                           .help = "the cluster whose member it stands beside",
                           .completes = cli::Completes::resource,
                           .kind = "clusters",
                           .set = cli::set_text(flags.cluster)});
  group.options.push_back({.name = "name",
                           .value_name = "NAME",
                           .help = "its name, another one for each launcher of the cluster",
                           .default_text = "that of the machine",
                           .not_from_settings = true,
                           .set = cli::set_text(flags.name)});
  group.options.push_back({.name = "member",
                           .value_name = "NAME",
                           .help = "the name of the etcd member",
                           .default_text = "that of the launcher",
                           .only_flag = true,
                           .set = cli::set_text(flags.member)});
  group.options.push_back({.name = "state-dir",
                           .value_name = "DIR",
                           .help = "where it keeps its credential; made if it is not there",
                           .completes = cli::Completes::directory,
                           .set = cli::set_text(flags.state_directory)});
  group.options.push_back({.name = "join-token-file",
                           .value_name = "FILE",
                           .help = "a token to register with; needed until it has a credential of its own",
                           .completes = cli::Completes::file,
                           .set = cli::set_text(flags.join_token_file)});
  group.options.push_back({.name = "data-dir",
                           .value_name = "DIR",
                           .help = "where the etcd member keeps its data",
                           .completes = cli::Completes::directory,
                           .not_from_settings = true,
                           .set = cli::set_text(flags.data_directory)});
  return group;
}

cli::Command make_run() {
  auto flags = std::make_shared<RunFlags>();
  return {
      .name = "run",
      .summary = "stands beside an etcd member and carries out what the server orders",
      .description =
          "It registers with a token to join with, keeps a credential of its own in the state directory, says how "
          "things are every few seconds, and watches for orders. When the server is away, it keeps trying.\n\n"
          "The server is that of the kubeconfig, or of --server and --certificate-authority; who the "
          "kubeconfig says we are does not matter. It runs until it is told to stop (SIGTERM, Ctrl-C).",
      .groups = {run_options(*flags), cli::connection_options(flags->server)},
      .examples = {{.explanation = "on the machine of the member etcd-1 of the cluster prod",
                    .line = "holdfast launcher run --cluster prod --name etcd-1 --state-dir /var/lib/holdfast "
                            "--join-token-file join.token --data-dir /var/lib/etcd --server https://10.0.0.1:8443 "
                            "--certificate-authority ca.crt"}},
      .log_level = log::Level::info,
      .run = [flags](cli::Session& session, const Words&) { return doing(run(session, *flags), "run the launcher"); },
      .storage = flags};
}

// --- list

Result<int> list(cli::Session& session, const cli::ServerFlags& flags, const Words& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags, session));
  const std::string cluster = words.empty() ? "" : words[0];
  HF_ASSIGN(const client::Resource all, cli::all_of(*client, kLauncherKind, cluster, session.world().stop));
  auto listed = cli::get_objects(session, *client, {all}, {.selection = {}, .all_namespaces = cluster.empty()}, false);
  if (listed) return listed;
  return tl::unexpected(cli::chosen_instead(std::move(listed).error(), *client,
                                            "name a cluster: holdfast launcher list CLUSTER", session.world().stop));
}

cli::Command make_list() {
  auto flags = std::make_shared<cli::ServerFlags>();
  return {.name = "list",
          .summary = "lists launchers, and whether they were heard of",
          .positionals = {{.name = "CLUSTER",
                           .help = "the cluster they belong to; of all when left out",
                           .optional = true,
                           .completes = cli::Completes::resource,
                           .kind = "clusters"}},
          .groups = {cli::connection_options(*flags)},
          .examples = {{.explanation = "with addresses and versions", .line = "holdfast launcher list prod -o wide"}},
          .run = [flags](cli::Session& session,
                         const Words& words) { return doing(list(session, *flags, words), "list the launchers"); },
          .storage = flags};
}

// --- token create

json::Value token_object(const TokenFlags& flags, const Words& words, WallTime now) {
  json::Object metadata;
  if (words.empty()) metadata["generateName"] = "join-";
  if (!words.empty()) metadata["name"] = words.front();
  json::Object join;
  if (!flags.cluster.empty()) join["cluster"] = flags.cluster;
  if (!flags.seed.empty()) join["seed"] = flags.seed;
  if (flags.uses != 0) join["uses"] = flags.uses;
  json::Object spec{
      {"user", api::kJoinUser}, {"expirationTime", format_time(now + flags.lifetime)}, {"join", std::move(join)}};
  if (!flags.description.empty()) spec["description"] = flags.description;
  return json::Object{{"apiVersion", "holdfast.dev/v1"},
                      {"kind", "Token"},
                      {"metadata", std::move(metadata)},
                      {"spec", std::move(spec)}};
}

Result<int> create_token(cli::Session& session, const TokenFlags& flags, const Words& words) {
  if (flags.cluster.empty() == flags.seed.empty())
    return with_hint(fail(Code::usage, "whose launchers may join with the token is not said"),
                     "give either --cluster or --seed");
  cli::World& world = session.world();
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const client::Resource tokens, client->resource(kTokenKind, "", "", world.stop));
  HF_ASSIGN(const json::Value made,
            client->create(tokens, token_object(flags, words, world.clock.now()), {}, world.stop));
  const std::string name(api::text_at(made, {"metadata", "name"}));
  const Secret token(api::text_at(made, {"status", "token"}));
  if (token.empty()) return fail(Code::corrupt, "the server did not show the token {}", name);
  if (session.quiet()) {
    world.out << token.reveal() << '\n';
    return 0;
  }
  const std::string until(api::text_at(made, {"spec", "expirationTime"}));
  session.print(json::Object{{"name", name}, {"token", token.reveal()}, {"expirationTime", until}},
                [&](std::ostream& out) { out << token.reveal() << '\n'; });
  world.err << "holdfast: this is the only time that the token " << cli::printable(name)
            << " is shown; it is good until " << cli::printable(until)
            << "\n  try: bring it to the machine in a file, and give that to holdfast launcher run --join-token-file\n";
  return 0;
}

cli::OptionGroup token_options(TokenFlags& flags) {
  cli::OptionGroup group{.title = "The token to join with", .options = {}};
  group.options.push_back({.name = "cluster",
                           .value_name = "NAME",
                           .help = "the cluster whose launchers may join with it",
                           .completes = cli::Completes::resource,
                           .kind = "clusters",
                           .not_from_settings = true,
                           .set = cli::set_text(flags.cluster)});
  group.options.push_back({.name = "seed",
                           .value_name = "NAME",
                           .help = "the Seed whose clusters' launchers may join with it",
                           .completes = cli::Completes::resource,
                           .kind = "seeds",
                           .only_flag = true,
                           .set = cli::set_text(flags.seed)});
  group.options.push_back({.name = "expires-in",
                           .value_name = "TIME",
                           .help = "how long it is good",
                           .default_text = "1h",
                           .only_flag = true,
                           .set = cli::set_duration(flags.lifetime)});
  group.options.push_back({.name = "uses",
                           .value_name = "N",
                           .help = "how many launchers may join with it",
                           .default_text = "as many as like until it expires",
                           .only_flag = true,
                           .set = cli::set_number(flags.uses, 1, 1000)});
  group.options.push_back({.name = "description",
                           .value_name = "TEXT",
                           .help = "what it is for",
                           .only_flag = true,
                           .set = cli::set_text(flags.description)});
  return group;
}

cli::Command make_token_create() {
  auto flags = std::make_shared<TokenFlags>();
  return {.name = "create",
          .summary = "makes a token for launchers to join with, and shows it, once",
          .description =
              "The token alone goes to standard output. It lets launchers register, and nothing else. \"holdfast "
              "token list\" shows it, \"holdfast token revoke\" ends it before its time.",
          .positionals = {{.name = "NAME", .help = "name of the Token; made up when left out", .optional = true}},
          .groups = {token_options(*flags), cli::connection_options(flags->server)},
          .examples = {{.explanation = "for the three members of a cluster, into a file",
                        .line = "holdfast launcher token create --cluster prod --uses 3 > join.token"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(create_token(session, *flags, words), "create a token to join with");
              },
          .storage = flags};
}

cli::Command make_launcher_token() {
  return {.name = "token", .summary = "makes tokens for launchers to join with", .commands = {make_token_create()}};
}

}  // namespace

cli::Command make_launcher() {
  return {.name = "launcher",
          .summary = "stands beside etcd members",
          .commands = {make_run(), make_list(), make_launcher_token()}};
}

}  // namespace holdfast::app
