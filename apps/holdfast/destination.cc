// destination add, remove.
#include <fmt/ranges.h>

#include "cluster_options.h"
#include "commands.h"
#include "destination_commands.h"

#include "api/destination_place.h"
#include "api/fields.h"
#include "cli/resources/apply_object.h"
#include "cli/resources/find_named.h"
#include "cli/resources/object_output.h"
#include "cli/secrets.h"
#include "cli/text.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

struct Flags {
  cli::ServerFlags server;
  std::string path;
  std::string bucket;
  std::string endpoint;
  std::string prefix;
  std::string region;
  std::string access_key_id;
  std::string secret_key_file;
  std::vector<std::string> recipients;
  std::string compression;
  bool use_iam = false;
  bool make_default = false;
  bool new_seed = false;
  bool yes = false;
};

Status check(const Flags& flags) {
  if (!flags.path.empty() && !flags.bucket.empty())
    return fail(Code::usage, "a destination is a bucket or a directory: --bucket does not go with --path");
  if (flags.path.empty() && flags.bucket.empty())
    return with_hint(fail(Code::usage, "either a bucket or a directory is needed"), "say --bucket NAME, or --path DIR");
  if (flags.access_key_id.empty() != flags.secret_key_file.empty())
    return fail(Code::usage, "--bucket-access-key-id and --bucket-secret-key-file go together");
  return {};
}

json::Object settings_of(const Flags& flags, const std::string& secret) {
  json::Object settings{{"type", flags.path.empty() ? "s3" : "local"}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) settings[name] = value;
  };
  add("path", flags.path);
  add("bucketName", flags.bucket);
  add("endpoint", flags.endpoint);
  add("prefix", flags.prefix);
  add("region", flags.region);
  add("compression", flags.compression);
  if (flags.use_iam) settings["useIAM"] = true;
  if (!flags.access_key_id.empty()) settings["credentials"] = json::Object{{"name", secret}, {"namespace", kSpace}};
  if (!flags.recipients.empty()) {
    json::Array recipients;
    for (const std::string& each : flags.recipients)
      recipients.emplace_back(each);
    settings["encryption"] = json::Object{{"recipients", std::move(recipients)}};
  }
  return settings;
}

Status put_credentials(client::ApiClient& client, const Flags& flags, const std::string& name, cli::World& world) {
  if (flags.access_key_id.empty()) return {};
  HF_ASSIGN(const Secret key, cli::read_secret_file(world.files, flags.secret_key_file));
  HF_ASSIGN(const client::Resource secret, client.resource(kSecrets, kSpace, name, world.stop));
  const json::Value object = json::Object{
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata", json::Object{{"name", name}, {"namespace", kSpace}}},
      {"stringData",
       json::Object{{"ACCESS_KEY_ID", flags.access_key_id}, {"SECRET_ACCESS_KEY", std::string(key.reveal())}}}};
  HF_TRY(client.apply(secret, object, {.force = true}, world.stop));
  return {};
}

std::string joined_names(const json::Value& list) {
  std::vector<std::string> names;
  const json::Array* items = api::array_at(list, {"items"});
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i)
    names.emplace_back(api::text_at((*items)[i], {"metadata", "name"}));
  return fmt::format("{}", fmt::join(names, ", "));
}

// The Seed as it is, or null when it is to be made: a name that was typed wrong makes none.
Result<json::Value> find_seed(client::ApiClient& client, const client::Resource& seed, const Flags& flags,
                              const std::stop_token& stop) {
  auto there = client.get(seed, client::Form::object, stop);
  if (!there && there.error().code != Code::not_found) return tl::unexpected(there.error());
  if (!there) {
    HF_ASSIGN(const client::Resource seeds, client.resource(kSeeds, kSpace, "", stop));
    HF_ASSIGN(const json::Value all, client.list(seeds, {}, client::Form::object, stop));
    const std::string others = joined_names(all);
    if (others.empty() || flags.new_seed) return json::Value();
    return with_hint(fail(Code::not_found, "there is no Seed {}; there is {}", seed.name, others),
                     "--new-seed makes one more");
  }
  return std::move(*there);
}

// Of a destination that is there, what is not said again stays: one that encrypts does not stop that because somebody
// wanted another compression. Backups are not left behind without a word.
Result<json::Object> merged(const json::Value& seed, const std::string& name, json::Object wanted) {
  const json::Value* old = api::field_at(seed, {"spec", "etcdBackupRestore", "destinations", name});
  if (old == nullptr) return wanted;
  if (api::destination_place(*old) != api::destination_place(wanted))
    return with_hint(fail(Code::exists, "destination {} is there already and leads to another place", name),
                     "choose another name; or remove it first, which puts its backups out of reach");
  for (const char* field : {"region", "compression", "useIAM", "credentials", "encryption"}) {
    const json::Value* value = api::field_at(*old, {field});
    if (value != nullptr && !wanted.contains(field)) wanted[field] = *value;
  }
  return wanted;
}

// Each destination is applied by a manager of its own, so that those added before stay as they are.
Result<int> add(cli::Session& session, const Flags& flags, const std::string& seed_name, const std::string& name) {
  HF_TRY(check(flags));
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::string secret = seed_name + "-" + name + "-credentials";
  HF_ASSIGN(const client::Resource seed, client->resource(kSeeds, kSpace, seed_name, session.world().stop));
  HF_ASSIGN(const json::Value before, find_seed(*client, seed, flags, session.world().stop));
  HF_ASSIGN(json::Object settings, merged(before, name, settings_of(flags, secret)));
  HF_TRY(put_credentials(*client, flags, secret, session.world()));
  json::Object restore{{"destinations", json::Object{{name, std::move(settings)}}}};
  const bool is_default = api::text_at(before, {"spec", "etcdBackupRestore", "defaultDestination"}) == name;
  if (flags.make_default || is_default) restore["defaultDestination"] = name;
  const json::Value object = json::Object{{"apiVersion", seed.kind.api_version()},
                                          {"kind", seed.kind.kind},
                                          {"metadata", json::Object{{"name", seed_name}, {"namespace", kSpace}}},
                                          {"spec", json::Object{{"etcdBackupRestore", std::move(restore)}}}};
  const client::WriteOptions options{.force = flags.make_default,
                                     .field_manager = std::string(client::kDestinationManager) + name};
  HF_ASSIGN(cli::Applied made, cli::apply_object(*client, seed, object, options, session.world().stop));
  cli::print_outcomes(session,
                      {{.resource = seed, .object = std::move(made.after), .done = "has the destination " + name}});
  return 0;
}

// How many objects of a kind name the destination in their spec; those that name none mean the default.
std::size_t users_of(client::ApiClient& client, const char* word, const std::string& name, bool is_default,
                     const std::stop_token& stop) {
  const auto all = cli::all_of(client, word, "", stop);
  if (!all) return 0;
  const auto list = client.list(*all, {}, client::Form::object, stop);
  if (!list) return 0;
  std::size_t count = 0;
  for (const json::Value& each : *api::array_at(*list, {"items"})) {
    const std::string_view used = api::text_at(each, {"spec", "destination"});
    if (used == name || (used.empty() && is_default)) ++count;
  }
  return count;
}

Status confirm_removal(cli::Session& session, client::ApiClient& client, const json::Value& seed,
                       const std::string& name) {
  cli::World& world = session.world();
  if (!world.prompter.possible())
    return with_hint(fail(Code::usage, "there is no terminal to ask whether it may go"), "say --yes");
  const bool is_default = api::text_at(seed, {"spec", "etcdBackupRestore", "defaultDestination"}) == name;
  std::string question = fmt::format("  destination {} of the Seed {}\n", cli::printable(name),
                                     cli::printable(api::text_at(seed, {"metadata", "name"})));
  if (is_default) question += "      it is the default: there will be no default backups any more\n";
  // Of other Seeds' destinations of this name, too: rather one question too many.
  const std::size_t configs = users_of(client, kConfigs, name, is_default, world.stop);
  if (configs > 0) question += fmt::format("      {} schedules write to a destination of this name\n", configs);
  const std::size_t backups = users_of(client, kBackups, name, false, world.stop);
  if (backups > 0)
    question += fmt::format("      {} backups stay where they are, out of the server's reach until it is added again\n",
                            backups);
  HF_ASSIGN(const std::string answer, world.prompter.ask(question + "Remove it? [y/N] "));
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(Code::refused, "the answer was not yes; nothing was removed");
}

Result<int> remove(cli::Session& session, const Flags& flags, const std::string& seed_name, const std::string& name) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_ASSIGN(const client::Resource seed, client->resource(kSeeds, kSpace, seed_name, stop));
  HF_ASSIGN(const json::Value before, client->get(seed, client::Form::object, stop));
  if (api::field_at(before, {"spec", "etcdBackupRestore", "destinations", name}) == nullptr)
    return with_hint(fail(Code::not_found, "the Seed {} has no destination {}", seed_name, name),
                     "\"holdfast destination list\" shows what there is");
  if (!flags.yes) HF_TRY(confirm_removal(session, *client, before, name));
  json::Object section{{"destinations", json::Object{{name, nullptr}}}};
  if (api::text_at(before, {"spec", "etcdBackupRestore", "defaultDestination"}) == name)
    section["defaultDestination"] = nullptr;
  const json::Value patch = json::Object{{"spec", json::Object{{"etcdBackupRestore", std::move(section)}}}};
  HF_ASSIGN(json::Value after, client->patch(seed, client::PatchType::merge, patch, {}, stop));
  cli::print_outcomes(
      session, {{.resource = seed, .object = std::move(after), .done = "has no destination " + name + " any more"}});
  return 0;
}

cli::OptionGroup place_options(Flags& flags) {
  cli::OptionGroup group{.title = "The place", .options = {}};
  const auto add = [&](const char* name, const char* value, const char* help, std::string& target) {
    group.options.push_back(text_option(name, value, help, target));
  };
  add("bucket", "NAME", "a bucket", flags.bucket);
  add("path", "DIR", "a directory of the server's machine, instead of a bucket", flags.path);
  add("bucket-endpoint", "HOST:PORT", "the S3 server; with http:// in front it is spoken to without TLS (default: AWS)",
      flags.endpoint);
  add("bucket-region", "REGION", "region of the bucket", flags.region);
  add("prefix", "PREFIX", "what stands before the name of each object", flags.prefix);
  add("bucket-access-key-id", "ID", "the key's id; id and key are kept as a Secret of the server", flags.access_key_id);
  add("bucket-secret-key-file", "FILE", "file whose first line is the secret key", flags.secret_key_file);
  group.options.back().completes = cli::Completes::file;
  group.options.push_back({.name = "use-iam",
                           .help = "take the credentials of the server's machine instead of a key",
                           .only_flag = true,
                           .set = cli::set_switch(flags.use_iam)});
  return group;
}

cli::OptionGroup form_options(Flags& flags) {
  cli::OptionGroup group{.title = "What is written", .options = {}};
  group.options.push_back({.name = "encrypt-to",
                           .value_name = "RECIPIENT",
                           .help = "public key of age that can open the backups",
                           .repeatable = true,
                           .only_flag = true,
                           .set = cli::set_list(flags.recipients)});
  cli::Option compression = text_option("compress", "HOW", "how snapshots are compressed (gzip)", flags.compression);
  compression.choices = {"zstd", "gzip", "none"};
  group.options.push_back(std::move(compression));
  group.options.push_back({.name = "default",
                           .help = "the Seed's default: every cluster gets default backups there",
                           .only_flag = true,
                           .set = cli::set_switch(flags.make_default)});
  group.options.push_back({.name = "new-seed",
                           .help = "make the Seed although there are others",
                           .only_flag = true,
                           .set = cli::set_switch(flags.new_seed)});
  return group;
}

cli::Command make_add() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "add",
      .summary = "adds a destination for backups to a Seed, or changes how it stores",
      .description =
          "Makes the first Seed when there is none yet. Of a destination that is there, what is not said again stays "
          "as it is; \"holdfast edit seed\" takes it away. The server tries the destination at once: see \"holdfast "
          "destination list\".",
      .positionals = {named("SEED", "name of the Seed", kSeeds), {.name = "NAME", .help = "name of the destination"}},
      .groups = {place_options(*flags), form_options(*flags), cli::connection_options(flags->server)},
      .examples =
          {{.explanation = "a directory, for every cluster",
            .line = "holdfast destination add europe disk --path /var/backups/holdfast --default"},
           {.explanation = "a bucket",
            .line = "holdfast destination add europe minio --bucket backups --bucket-endpoint minio.example.com:9000 "
                    "--bucket-access-key-id holdfast --bucket-secret-key-file key"}},
      .run =
          [flags](cli::Session& session, const Words& words) {
            return doing(add(session, *flags, words[0], words[1]), "add the destination {}", words[1]);
          },
      .storage = flags};
}

cli::Command make_remove() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "Removal of the destination", .options = {yes_option(flags->yes)}};
  return {.name = "remove",
          .summary = "takes a destination away from a Seed; what lies there stays",
          .description =
              "The Secret with a bucket's keys stays, too: \"holdfast delete secret SEED-NAME-credentials -n "
              "kubermatic\" removes the one that \"destination add\" made.",
          .positionals = {named("SEED", "name of the Seed", kSeeds), destination_name()},
          .groups = {std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "after a question", .line = "holdfast destination remove europe disk"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(remove(session, *flags, words[0], words[1]), "remove the destination {}", words[1]);
              },
          .storage = flags};
}

}  // namespace

cli::Command make_destination() {
  return {.name = "destination",
          .summary = "adds, tests, scans, lists and removes destinations for backups",
          .commands = {make_add(), make_destination_test(), make_destination_scan(), make_destination_list(),
                       make_remove()}};
}

}  // namespace holdfast::app
