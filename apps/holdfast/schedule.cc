// schedule add, list, suspend, resume, remove.
#include <array>

#include <fmt/ranges.h>

#include "cluster_options.h"
#include "commands.h"

#include "cli/resources/delete_objects.h"
#include "cli/resources/find_named.h"
#include "cli/resources/get_objects.h"
#include "cli/resources/object_output.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

struct KeepRule {
  const char* flag;
  const char* field;
  const char* help;
};
constexpr std::array kRules{KeepRule{"keep", "keep", "how many good backups to keep (20)"},
                            KeepRule{"keep-hourly", "keepHourly", "keep the newest of each of this many hours"},
                            KeepRule{"keep-daily", "keepDaily", "keep the newest of each of this many days"},
                            KeepRule{"keep-weekly", "keepWeekly", "keep the newest of each of this many weeks"},
                            KeepRule{"keep-monthly", "keepMonthly", "keep the newest of each of this many months"},
                            KeepRule{"keep-yearly", "keepYearly", "keep the newest of each of this many years"}};

struct Flags {
  cli::ServerFlags server;
  cli::DeleteFlags remove;
  std::string cluster;
  std::string schedule;
  std::string destination;
  std::string keep_within;
  std::array<int, kRules.size()> keep{};  // 0: not said
  bool dry_run = false;
};

json::Object spec_of(const Flags& flags, const std::string& cluster) {
  json::Object spec{{"cluster", json::Object{{"name", cluster}}}};
  if (!flags.schedule.empty()) spec["schedule"] = flags.schedule;
  if (!flags.destination.empty()) spec["destination"] = flags.destination;
  if (!flags.keep_within.empty()) spec["keepWithin"] = flags.keep_within;
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (flags.keep.at(i) != 0) spec[kRules.at(i).field] = flags.keep.at(i);
  }
  return spec;
}

// No command changes a schedule in one go: all its fields are a text away.
Error with_way_to_change(Error error, const client::Resource& config, const Flags& flags) {
  if (error.code != Code::exists) return error;
  const std::string what = flags.schedule.empty() ? "" : fmt::format(" (spec.schedule: \"{}\")", flags.schedule);
  error.hint = fmt::format("change it with \"holdfast edit etcdbackupconfig {} -n {}\"{}, or use another name",
                           config.name, config.name_space, what);
  return error;
}

Result<int> add(cli::Session& session, const Flags& flags, const std::string& cluster, const std::string& name) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_TRY(cli::check_cluster(*client, cluster, stop));
  HF_ASSIGN(const client::Resource config, client->resource(kConfigs, cli::namespace_of_cluster(cluster), name, stop));
  client::Resource all = config;
  all.name.clear();
  const json::Value object = json::Object{{"apiVersion", config.kind.api_version()},
                                          {"kind", config.kind.kind},
                                          {"metadata", json::Object{{"name", name}, {"namespace", config.name_space}}},
                                          {"spec", spec_of(flags, cluster)}};
  auto made = client->create(all, object, {.dry_run = flags.dry_run}, stop);
  if (!made) return tl::unexpected(with_way_to_change(std::move(made).error(), config, flags));
  const std::string done = flags.dry_run ? "created (server dry run)" : "created";
  cli::print_outcomes(session, {{.resource = config, .object = std::move(*made), .done = done}});
  if (flags.schedule.empty()) {
    session.warn(fmt::format(
        "without --schedule {0} is one backup, now, and no schedule; for one: \"holdfast schedule remove {0} "
        "--cluster {1}\", then add it again with --schedule @daily, say",
        name, cluster));
  }
  return 0;
}

Result<int> list(cli::Session& session, const Flags& flags, const Words& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::string cluster = words.empty() ? "" : words[0];
  HF_ASSIGN(const client::Resource all, cli::all_of(*client, kConfigs, cluster, session.world().stop));
  if (!cluster.empty()) HF_TRY(cli::is_left_behind(*client, all, cluster, session.world().stop));
  auto listed = cli::get_objects(session, *client, {all}, {.selection = {}, .all_namespaces = cluster.empty()}, false);
  if (listed) return listed;
  return tl::unexpected(cli::chosen_instead(std::move(listed).error(), *client,
                                            "name a cluster: holdfast schedule list CLUSTER", session.world().stop));
}

Result<int> set_suspended(cli::Session& session, const Flags& flags, const std::string& name, bool suspended) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_ASSIGN(const client::Resource config, cli::find_named(*client, kConfigs, name, flags.cluster, stop));
  const json::Value patch = json::Object{{"spec", json::Object{{"suspend", suspended}}}};
  HF_ASSIGN(json::Value object, client->patch(config, client::PatchType::merge, patch, {}, stop));
  cli::print_outcomes(session,
                      {{.resource = config, .object = std::move(object), .done = suspended ? "suspended" : "resumed"}});
  return 0;
}

Result<int> remove(cli::Session& session, const Flags& flags, const Words& names) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  std::vector<client::Resource> configs;
  for (const std::string& name : names) {
    HF_ASSIGN(configs.emplace_back(), cli::find_named(*client, kConfigs, name, flags.cluster, session.world().stop));
  }
  return cli::delete_objects(session, *client, configs, flags.remove);
}

cli::OptionGroup schedule_options(Flags& flags) {
  cli::OptionGroup group{.title = "The schedule", .options = {}};
  group.options.push_back(text_option(
      "schedule", "CRON",
      "when: five fields as in cron, @daily, \"@every 6h\", \"TZ=Europe/Berlin 0 3 * * *\"; once, now, when left out",
      flags.schedule));
  group.options.push_back(name_option("destination", "NAME", "a destination of the Seed (default: the Seed's own)",
                                      cli::kDestinations, flags.destination));
  group.options.push_back(dry_run_option(flags.dry_run));
  return group;
}

cli::OptionGroup keep_options(Flags& flags) {
  constexpr int kMost = 10'000;
  cli::OptionGroup group{.title = "What to keep", .options = {}};
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    group.options.push_back({.name = kRules.at(i).flag,
                             .value_name = "N",
                             .help = kRules.at(i).help,
                             .only_flag = true,
                             .set = cli::set_number(flags.keep.at(i), 1, kMost)});
  }
  group.options.push_back(
      text_option("keep-within", "TIME", "keep all that are not older than this before the newest", flags.keep_within));
  return group;
}

cli::Command make_add() {
  auto flags = std::make_shared<Flags>();
  return {.name = "add",
          .summary = "adds a schedule to a cluster",
          .description =
              "Makes an EtcdBackupConfig. Without --schedule one backup is made, at once, and none after it. "
              "\"holdfast edit "
              "etcdbackupconfig NAME -n cluster-CLUSTER\" changes it later.",
          .positionals = {named("CLUSTER", "the cluster", kClusters), {.name = "NAME", .help = "name of the schedule"}},
          .groups = {schedule_options(*flags), keep_options(*flags), cli::connection_options(flags->server)},
          .examples = {{.explanation = "every hour, two days' worth",
                        .line = "holdfast schedule add prod often --schedule @hourly --keep 48"},
                       {.explanation = "every night, and one of each week for two months",
                        .line = "holdfast schedule add prod nightly --schedule @daily --keep-weekly 8"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(add(session, *flags, words[0], words[1]), "add the schedule {} to {}", words[1], words[0]);
              },
          .storage = flags};
}

cli::Command make_list() {
  auto flags = std::make_shared<Flags>();
  cli::Positional cluster = named("CLUSTER", "only this cluster's", kClusters);
  cluster.optional = true;
  return {.name = "list",
          .summary = "lists schedules with their last and next backups",
          .positionals = {std::move(cluster)},
          .groups = {cli::connection_options(flags->server)},
          .examples = {{.explanation = "of all clusters", .line = "holdfast schedule list"}},
          .run = [flags](cli::Session& session,
                         const Words& words) { return doing(list(session, *flags, words), "list the schedules"); },
          .storage = flags};
}

cli::Command make_suspend(bool suspended) {
  auto flags = std::make_shared<Flags>();
  const std::string word = suspended ? "suspend" : "resume";
  return {
      .name = word,
      .summary = suspended ? "makes no new backups until it is resumed" : "goes on with a suspended schedule",
      .positionals = {named("SCHEDULE", "name of the schedule", kConfigs)},
      .groups = {whose_options(flags->cluster), cli::connection_options(flags->server)},
      .examples = {{.explanation = "of one cluster", .line = "holdfast schedule " + word + " nightly --cluster prod"}},
      .run =
          [flags, suspended, word](cli::Session& session, const Words& words) {
            return doing(set_suspended(session, *flags, words[0], suspended), "{} {}", word, words[0]);
          },
      .storage = flags};
}

cli::Command make_remove() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "Removal", .options = {}};
  group.options.push_back(yes_option(flags->remove.yes));
  flags->remove.done = "removed";
  cli::Positional names = named("SCHEDULE", "names of schedules", kConfigs);
  names.repeatable = true;
  return {.name = "remove",
          .summary = "removes schedules; their backups stay unless their deletionPolicy is Delete",
          .positionals = {std::move(names)},
          .groups = {whose_options(flags->cluster), std::move(group), cli::connection_options(flags->server)},
          .examples = {{.explanation = "after a question", .line = "holdfast schedule remove nightly --cluster prod"}},
          .run =
              [flags](cli::Session& session, const Words& words) {
                return doing(remove(session, *flags, words), "remove {}", fmt::join(words, " "));
              },
          .storage = flags};
}

}  // namespace

cli::Command make_schedule() {
  return {.name = "schedule",
          .summary = "adds, lists, suspends, resumes and removes schedules of backups",
          .commands = {make_add(), make_list(), make_suspend(true), make_suspend(false), make_remove()}};
}

}  // namespace holdfast::app
