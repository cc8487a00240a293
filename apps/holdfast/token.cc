#include <algorithm>

#include <fmt/ranges.h>

#include "client/kubeconfig_text.h"
#include "commands.h"
#include "object_options.h"

#include "api/fields.h"
#include "base/bytes.h"
#include "cli/resources/delete_objects.h"
#include "cli/resources/get_objects.h"
#include "cli/server_options.h"
#include "cli/text.h"
#include "cli/yaml_text.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kTokens = "tokens.holdfast.dev";

struct Flags {
  cli::ServerFlags server;
  std::string user;
  std::vector<std::string> groups;
  std::optional<Duration> lifetime;
  std::string description;
  std::string kubeconfig_file;  // to write
  cli::DeleteFlags remove;
};

json::Value token_object(const Flags& flags, const Words& words, WallTime now) {
  json::Object metadata;
  if (words.empty()) metadata["generateName"] = "token-";
  if (!words.empty()) metadata["name"] = words.front();
  json::Object spec{{"user", flags.user}};
  json::Array groups;
  for (const std::string& group : flags.groups)
    groups.emplace_back(group);
  if (!groups.empty()) spec["groups"] = std::move(groups);
  if (flags.lifetime) spec["expirationTime"] = format_time(now + *flags.lifetime);
  if (!flags.description.empty()) spec["description"] = flags.description;
  return json::Object{{"apiVersion", "holdfast.dev/v1"},
                      {"kind", "Token"},
                      {"metadata", std::move(metadata)},
                      {"spec", std::move(spec)}};
}

// A token without a role opens nothing; who makes one may have forgotten the Member, or the spelling.
void warn_without_role(cli::Session& session, client::ApiClient& client, const Flags& flags) {
  const auto& groups = flags.groups;
  if (std::find(groups.begin(), groups.end(), "system:masters") != groups.end()) return;
  const std::stop_token& stop = session.world().stop;
  const auto members = client.resource("members.holdfast.dev", "", "", stop);
  if (!members) return;
  const auto list = client.list(*members, {}, client::Form::object, stop);
  if (!list) return;
  for (const json::Value& each : *api::array_at(*list, {"items"})) {
    const std::string_view group = api::text_at(each, {"spec", "group"});
    const bool grouped = !group.empty() && std::find(groups.begin(), groups.end(), group) != groups.end();
    if (api::text_at(each, {"spec", "user"}) == flags.user || grouped) return;
  }
  session.warn(
      fmt::format("{} has no role yet, so that this token opens nothing: make a Member (docs/access.md)", flags.user));
}

Status write_kubeconfig(cli::Session& session, const client::ApiClient& client, const Flags& flags,
                        const Secret& token) {
  const std::string text = cli::to_yaml(client::kubeconfig_for(client.connection(), flags.user, token));
  return os::write_file_atomically(session.world().files, flags.kubeconfig_file, as_bytes(text));
}

Status check_not_there(const std::string& path, os::FileSystem& files) {
  if (path.empty()) return {};
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info) return {};
  return with_hint(fail(Code::exists, "{} is there already", path), "name another file, or remove it");
}

Result<int> create(cli::Session& session, const Flags& flags, const Words& words) {
  if (flags.user.empty())
    return with_hint(fail(Code::usage, "who the token is for is not said"), "give --for-user NAME");
  cli::World& world = session.world();
  HF_TRY(check_not_there(flags.kubeconfig_file, world.files));  // before there is a token that nobody sees
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const client::Resource tokens, client->resource(kTokens, "", "", world.stop));
  HF_ASSIGN(const json::Value made,
            client->create(tokens, token_object(flags, words, world.clock.now()), {}, world.stop));
  const std::string name(api::text_at(made, {"metadata", "name"}));
  const Secret token(api::text_at(made, {"status", "token"}));
  if (token.empty()) return fail(Code::corrupt, "the server did not show the token {}", name);
  warn_without_role(session, *client, flags);
  if (!flags.kubeconfig_file.empty()) {
    HF_TRY(write_kubeconfig(session, *client, flags, token));
    session.print(json::Object{{"name", name}, {"user", flags.user}, {"kubeconfig", flags.kubeconfig_file}},
                  [&](std::ostream& out) {
                    out << "token.holdfast.dev/" << cli::printable(name) << " created, in "
                        << cli::printable(flags.kubeconfig_file) << '\n';
                  });
    return 0;
  }
  json::Object document{{"name", name}, {"user", flags.user}, {"token", token.reveal()}};
  if (const auto* expires = api::field_at(made, {"spec", "expirationTime"})) document["expirationTime"] = *expires;
  // Also with --quiet: it can never be shown again.
  if (session.quiet()) {
    world.out << token.reveal() << '\n';
    return 0;
  }
  session.print(document, [&](std::ostream& out) { out << token.reveal() << '\n'; });
  world.err << "holdfast: this is the only time that the token " << cli::printable(name)
            << " is shown\n  try: keep it in a file and give that with --token-file, or put it into a kubeconfig\n";
  return 0;
}

Result<int> list(cli::Session& session, const Flags& flags) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const client::Resource tokens, client->resource(kTokens, "", "", session.world().stop));
  return cli::get_objects(session, *client, {tokens}, {}, false);
}

Result<int> revoke(cli::Session& session, Flags& flags, const Words& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  std::vector<client::Resource> tokens;
  for (const std::string& word : words) {
    HF_ASSIGN(tokens.emplace_back(), client->resource(kTokens, "", word, session.world().stop));
  }
  flags.remove.done = "revoked";
  return cli::delete_objects(session, *client, tokens, flags.remove);
}

cli::OptionGroup create_options(Flags& flags) {
  cli::OptionGroup group{.title = "The token", .options = {}};
  group.options.push_back({.name = "for-user",
                           .value_name = "NAME",
                           .help = "who its bearer is",
                           .only_flag = true,
                           .set = cli::set_text(flags.user)});
  group.options.push_back({.name = "group",
                           .value_name = "NAME",
                           .help = "a group of the bearer; system:masters may do everything",
                           .repeatable = true,
                           .only_flag = true,
                           .set = cli::set_list(flags.groups)});
  group.options.push_back({.name = "expires-in",
                           .value_name = "TIME",
                           .help = "how long it is good (30d)",
                           .default_text = "until it is revoked",
                           .only_flag = true,
                           .set = [&flags](const std::vector<std::string>& values) -> Status {
                             HF_ASSIGN(flags.lifetime, parse_duration(values.back()));
                             return {};
                           }});
  group.options.push_back({.name = "description",
                           .value_name = "TEXT",
                           .help = "what it is for",
                           .only_flag = true,
                           .set = cli::set_text(flags.description)});
  group.options.push_back({.name = "write-kubeconfig",
                           .value_name = "FILE",
                           .help = "put it into a new kubeconfig for its bearer, instead of showing it",
                           .completes = cli::Completes::file,
                           .only_flag = true,
                           .set = cli::set_text(flags.kubeconfig_file)});
  return group;
}

cli::Command make_create() {
  auto flags = std::make_shared<Flags>();
  return {.name = "create",
          .summary = "makes a token and shows it, once",
          .description = "The token alone goes to standard output. The server keeps only a digest of it.",
          .positionals = {{.name = "NAME", .help = "name of the Token; made up when left out", .optional = true}},
          .groups = {create_options(*flags), cli::connection_options(flags->server)},
          .examples = {{.explanation = "for a month, into a file",
                        .line = "holdfast token create ci --for-user ci@example.com --expires-in 30d > token"},
                       {.explanation = "a kubeconfig for a colleague",
                        .line = "holdfast token create --for-user ann --write-kubeconfig ann.kubeconfig"}},
          .run = [flags](cli::Session& session,
                         const Words& words) { return doing(create(session, *flags, words), "create a token"); },
          .storage = flags};
}

cli::Command make_list() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "list",
      .summary = "lists the tokens there are, but not what they are",
      .groups = {cli::connection_options(flags->server)},
      .examples = {{.explanation = "with what they are for", .line = "holdfast token list -o wide"}},
      .run = [flags](cli::Session& session, const Words&) { return doing(list(session, *flags), "list the tokens"); },
      .storage = flags};
}

cli::Command make_revoke() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "Revocation", .options = {yes_option(flags->remove.yes)}};
  return {.name = "revoke",
          .summary = "makes tokens worthless at once",
          .positionals = {{.name = "TOKEN",
                           .help = "names of Tokens",
                           .repeatable = true,
                           .completes = cli::Completes::resource,
                           .kind = kTokens}},
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "after a question", .line = "holdfast token revoke ci"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(revoke(session, *flags, words), "revoke {}", fmt::join(words, " "));
              },
          .storage = flags};
}

}  // namespace

cli::Command make_token() {
  return {.name = "token",
          .summary = "makes, lists and revokes bearer tokens",
          .commands = {make_create(), make_list(), make_revoke()}};
}

}  // namespace holdfast::app
