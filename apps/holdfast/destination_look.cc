// destination test, scan, list: what a destination is like, and what lies there.
#include "commands.h"
#include "destination_commands.h"

#include "api/destination_place.h"
#include "api/fields.h"
#include "cli/table.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

struct Flags {
  cli::ServerFlags server;
  WaitFlags wait;
};

// Done by the server with the destination, once.
Result<json::Value> run_at(cli::Session& session, const Flags& flags, const char* type, const char* name_prefix,
                           const Words& destination) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  json::Object spec{{"type", type}, {"seed", destination[0]}, {"destination", destination[1]}, {"maxAttempts", 1}};
  return cli::run_operation(
      session, *client, {.name_space = kSpace, .name_prefix = name_prefix, .spec = std::move(spec)}, flags.wait.wait());
}

std::int64_t number_of(const json::Value& operation, const char* name) {
  const json::Value* number = api::field_at(operation, {"status", "result", name});
  return number != nullptr && number->is_int64() ? number->get_int64() : 0;
}

std::string counted(std::int64_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

Result<int> scan(cli::Session& session, const Flags& flags, const Words& destination) {
  HF_ASSIGN(const json::Value operation, run_at(session, flags, "Inventory", "scan-", destination));
  session.print(operation, [&](std::ostream& out) {
    if (flags.wait.no_wait) {
      out << "the listing was asked for\n";
    } else {
      out << fmt::format("listed: {} of clusters, {} that belong to none\n",
                         counted(number_of(operation, "backups"), "backup"),
                         counted(number_of(operation, "orphans"), "object"));
    }
  });
  return 0;
}

Result<int> test(cli::Session& session, const Flags& flags, const Words& destination) {
  HF_ASSIGN(const json::Value operation, run_at(session, flags, "Probe", "test-", destination));
  session.print(operation, [&](std::ostream& out) {
    out << (flags.wait.no_wait ? "the test was asked for\n" : "ok: written, read, listed and deleted\n");
  });
  return 0;
}

std::string state_of(const json::Value& seed, std::string_view name) {
  const json::Value* state = api::state_of_destination(seed, name);
  const json::Value* usable = state == nullptr ? nullptr : api::field_at(*state, {"usable"});
  if (usable == nullptr || !usable->is_bool()) return "not tried yet";
  return usable->get_bool() ? "usable" : std::string(api::text_at(*state, {"message"}));
}

Result<int> list(cli::Session& session, const Flags& flags) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const client::Resource seeds, client->resource(kSeeds, kSpace, "", session.world().stop));
  HF_ASSIGN(const json::Value all, client->list(seeds, {}, client::Form::object, session.world().stop));
  cli::Table table({{.title = "SEED"},
                    {.title = "NAME"},
                    {.title = "TYPE"},
                    {.title = "WHERE"},
                    {.title = "DEFAULT"},
                    {.title = "STATE"}});
  json::Array rows;
  const json::Array* items = api::array_at(all, {"items"});
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    const json::Value& seed = (*items)[i];
    const std::string seed_name(api::text_at(seed, {"metadata", "name"}));
    const std::string_view normal = api::text_at(seed, {"spec", "etcdBackupRestore", "defaultDestination"});
    const json::Value* destinations = api::field_at(seed, {"spec", "etcdBackupRestore", "destinations"});
    if (destinations == nullptr || !destinations->is_object()) continue;
    for (const auto& [name, settings] : destinations->get_object()) {
      const std::string type(api::text_at(settings, {"type"}));
      const std::string where(api::text_at(settings, {type == "local" ? "path" : "bucketName"}));
      const std::string state = state_of(seed, name);
      table.add_row({seed_name, std::string(name), type, where, name == normal ? "yes" : "", state});
      rows.push_back(json::Object{{"seed", seed_name},
                                  {"name", name},
                                  {"type", type},
                                  {"where", where},
                                  {"default", name == normal},
                                  {"state", state}});
    }
  }
  session.print(json::Object{{"destinations", std::move(rows)}}, [&](std::ostream& out) { table.print(out); });
  return 0;
}

}  // namespace

cli::Command make_destination_test() {
  auto flags = std::make_shared<Flags>();
  return {.name = "test",
          .summary = "lets the server write, read, list and delete a small object",
          .positionals = {named("SEED", "name of the Seed", kSeeds), destination_name()},
          .groups = {wait_options(flags->wait), cli::connection_options(flags->server)},
          .examples = {{.explanation = "one of them", .line = "holdfast destination test europe disk"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(test(session, *flags, words), "test the destination {}", words[1]);
              },
          .storage = flags};
}

cli::Command make_destination_scan() {
  auto flags = std::make_shared<Flags>();
  return {
      .name = "scan",
      .summary = "lists a destination now, and brings the catalogue of backups up to date",
      .description =
          "The server does it by itself every six hours, and when a destination or a cluster is new. What has come to "
          "lie there since is found, and what is gone is called Missing.",
      .positionals = {named("SEED", "name of the Seed", kSeeds), destination_name()},
      .groups = {wait_options(flags->wait), cli::connection_options(flags->server)},
      .examples = {{.explanation = "after files were copied to it", .line = "holdfast destination scan europe disk"}},
      .run =
          [flags](cli::Session& session, const Words& words) {
            return doing(scan(session, *flags, words), "list the destination {}", words[1]);
          },
      .storage = flags};
}

cli::Command make_destination_list() {
  auto flags = std::make_shared<Flags>();
  return {.name = "list",
          .summary = "lists the destinations of all Seeds and whether they can be used",
          .groups = {cli::connection_options(flags->server)},
          .examples = {{.explanation = "all of them", .line = "holdfast destination list"}},
          .run = [flags](cli::Session& session,
                         const Words&) { return doing(list(session, *flags), "list the destinations"); },
          .storage = flags};
}

}  // namespace holdfast::app
