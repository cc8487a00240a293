// backup list, show, pin, unpin, delete: the catalogue.
#include <fmt/ranges.h>

#include "backup_commands.h"
#include "cluster_options.h"

#include "cli/resources/delete_objects.h"
#include "cli/resources/describe_object.h"
#include "cli/resources/find_named.h"
#include "cli/resources/get_objects.h"
#include "cli/resources/object_output.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

struct Flags {
  cli::ServerFlags server;
  cli::TargetFlags target;
  cli::DeleteFlags remove;
  std::string cluster;
  std::string reason;
};

Result<int> list(cli::Session& session, Flags& flags, const Words& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::string cluster = words.empty() ? "" : words[0];
  flags.target.all_namespaces = cluster.empty();
  HF_ASSIGN(const client::Resource all, cli::all_of(*client, kBackups, cluster, session.world().stop));
  if (cluster.empty()) {
    auto listed = cli::get_objects(session, *client, {all}, flags.target, false);
    if (listed) return listed;
    return tl::unexpected(cli::chosen_instead(std::move(listed).error(), *client,
                                              "name a cluster: holdfast backup list CLUSTER", session.world().stop));
  }
  HF_ASSIGN(const bool left_behind, cli::is_left_behind(*client, all, cluster, session.world().stop));
  if (left_behind) session.warn(fmt::format("there is no cluster {} any more; these are the backups it left", cluster));
  return cli::get_objects(session, *client, {all}, flags.target, false);
}

Result<int> show(cli::Session& session, const Flags& flags, const std::string& name) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_ASSIGN(const client::Resource backup, cli::find_named(*client, kBackups, name, flags.cluster, stop));
  HF_ASSIGN(json::Value object, client->get(backup, client::Form::object, stop));
  HF_ASSIGN(const json::Array events, cli::events_of(*client, backup, object, stop));
  cli::drop_managed_fields(object);
  const WallTime now = session.world().clock.now();
  session.print(object, [&](std::ostream& out) { cli::print_description(out, backup, object, events, now); });
  return 0;
}

Result<int> set_pin(cli::Session& session, const Flags& flags, const Words& names, bool pinned) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  std::vector<client::Resource> backups;
  for (const std::string& name : names) {
    HF_ASSIGN(backups.emplace_back(), cli::find_named(*client, kBackups, name, flags.cluster, stop));
  }
  json::Value reason;
  if (pinned && !flags.reason.empty()) reason = flags.reason;
  const json::Value patch = json::Object{{"spec", json::Object{{"pinned", pinned}, {"pinReason", reason}}}};
  std::vector<cli::Outcome> outcomes;
  for (const client::Resource& backup : backups) {
    HF_ASSIGN(json::Value object, client->patch(backup, client::PatchType::merge, patch, {}, stop));
    outcomes.push_back({.resource = backup, .object = std::move(object), .done = pinned ? "pinned" : "unpinned"});
  }
  cli::print_outcomes(session, outcomes);
  return 0;
}

Result<int> remove(cli::Session& session, const Flags& flags, const Words& names) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  std::vector<client::Resource> backups;
  for (const std::string& name : names) {
    HF_ASSIGN(backups.emplace_back(), cli::find_named(*client, kBackups, name, flags.cluster, session.world().stop));
  }
  return cli::delete_objects(session, *client, backups, flags.remove);
}

cli::Positional backups_positional() {
  cli::Positional positional = named("BACKUP", "names of Backups", kBackups);
  positional.repeatable = true;
  return positional;
}

cli::Command make_list() {
  auto flags = std::make_shared<Flags>();
  cli::Positional cluster = named("CLUSTER", "only this cluster's", kClusters);
  cluster.optional = true;
  cli::OptionGroup group{.title = "Which ones", .options = {}};
  group.options.push_back({.name = "selector",
                           .letters = "l",
                           .value_name = "LABELS",
                           .help = "only objects with these labels",
                           .only_flag = true,
                           .set = cli::set_text(flags->target.selection.labels)});
  return {
      .name = "list",
      .summary = "lists stored backups",
      .description = "The catalogue is made of what lies in the destinations, also of what other programs put there.",
      .positionals = {std::move(cluster)},
      .groups = {std::move(group), cli::connection_options(flags->server)},
      .examples = {{.explanation = "of one cluster", .line = "holdfast backup list prod"},
                   {.explanation = "for a script", .line = "holdfast backup list -o json"}},
      .run = [flags](cli::Session& session,
                     const Words& words) { return doing(list(session, *flags, words), "list the backups"); },
      .storage = flags};
}

cli::Command make_show() {
  auto flags = std::make_shared<Flags>();
  return {.name = "show",
          .summary = "shows what is known about a backup, and why it is kept",
          .positionals = {named("BACKUP", "name of the Backup", kBackups)},
          .groups = {whose_options(flags->cluster), cli::connection_options(flags->server)},
          .examples = {{.explanation = "one of them", .line = "holdfast backup show daily-2026-11-21t01-00-00"}},
          .run = [flags](cli::Session& session,
                         const Words& words) { return doing(show(session, *flags, words[0]), "show {}", words[0]); },
          .storage = flags};
}

cli::Command make_pin(bool pinned) {
  auto flags = std::make_shared<Flags>();
  std::vector<cli::OptionGroup> groups{whose_options(flags->cluster)};
  if (pinned) {
    groups.push_back({.title = "The pin",
                      .options = {text_option("reason", "TEXT", "why, for those who see it later", flags->reason)}});
  }
  groups.push_back(cli::connection_options(flags->server));
  const std::string word = pinned ? "pin" : "unpin";
  return {.name = word,
          .summary = pinned ? "keeps backups: no rule and nobody deletes them until they are unpinned"
                            : "lets the rules decide about backups again",
          .positionals = {backups_positional()},
          .groups = std::move(groups),
          .examples = {{.explanation = pinned ? "before an upgrade" : "after it",
                        .line = "holdfast backup " + word + " daily-2026-11-21t01-00-00"}},
          .run =
              [flags, pinned, word](cli::Session& session, const Words& words) {
                return doing(set_pin(session, *flags, words, pinned), "{} {}", word, fmt::join(words, " "));
              },
          .storage = flags};
}

cli::Command make_delete_backups() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "Deletion", .options = {}};
  group.options.push_back(yes_option(flags->remove.yes));
  group.options.push_back(timeout_option(flags->remove.limit, "how long to wait until each is gone", "for ever"));
  return {
      .name = "delete",
      .summary = "deletes backups and what lies in the destination",
      .description =
          "Looks all of them up first, asks once, and waits until each is gone. Pinned ones are refused until they are "
          "unpinned.",
      .positionals = {backups_positional()},
      .groups = {whose_options(flags->cluster), std::move(group), cli::connection_options(flags->server)},
      .examples = {{.explanation = "after a question", .line = "holdfast backup delete daily-2026-11-21t01-00-00"}},
      .run =
          [flags](cli::Session& session, const Words& words) {
            return doing(remove(session, *flags, words), "delete {}", fmt::join(words, " "));
          },
      .storage = flags};
}

}  // namespace

cli::Command make_backup() {
  return {.name = "backup",
          .summary = "makes, lists, verifies, downloads, pins and deletes backups of clusters",
          .description = "Backups that a server makes and knows; \"holdfast snapshot\" works without a server.",
          .commands = {make_backup_now(), make_list(), make_show(), make_backup_verify(), make_backup_download(),
                       make_pin(true), make_pin(false), make_delete_backups()}};
}

}  // namespace holdfast::app
