// backup now, verify, download: work for the server.
#include "backup_commands.h"
#include "cluster_options.h"

#include "api/fields.h"
#include "cli/resources/download_backup.h"
#include "cli/resources/find_named.h"
#include "cli/resources/object_output.h"
#include "cli/text.h"

namespace holdfast::app {
namespace {

struct NowFlags {
  cli::ServerFlags server;
  WaitFlags wait;
  std::string config;
  std::string destination;
  std::string reason;
};

struct VerifyFlags {
  cli::ServerFlags server;
  WaitFlags wait;
  std::string cluster;
};

// The work was asked for and goes on without us.
void print_started(cli::Session& session, const json::Value& operation) {
  session.print(operation, [&](std::ostream& out) {
    out << "operation/" << cli::printable(api::text_at(operation, {"metadata", "name"})) << " created\n";
  });
}

void add(json::Object& spec, const char* name, const std::string& value) {
  if (!value.empty()) spec[name] = value;
}

Result<int> back_up(cli::Session& session, const NowFlags& flags, const std::string& cluster) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_TRY(cli::check_cluster(*client, cluster, session.world().stop));
  json::Object spec{{"type", "Backup"}, {"cluster", cluster}};
  add(spec, "config", flags.config);
  add(spec, "destination", flags.destination);
  add(spec, "reason", flags.reason);
  const std::string name_space = cli::namespace_of_cluster(cluster);
  HF_ASSIGN(const json::Value operation,
            cli::run_operation(session, *client,
                               {.name_space = name_space, .name_prefix = "backup-now-", .spec = std::move(spec)},
                               flags.wait.wait()));
  if (flags.wait.no_wait) {
    print_started(session, operation);
    return 0;
  }
  const std::string name(api::text_at(operation, {"status", "result", "backup"}));
  HF_ASSIGN(const client::Resource backup, client->resource(kBackups, name_space, name, session.world().stop));
  HF_ASSIGN(json::Value object, client->get(backup, client::Form::object, session.world().stop));
  cli::print_outcomes(session, {{.resource = backup, .object = std::move(object), .done = "stored"}});
  return 0;
}

Result<int> verify(cli::Session& session, const VerifyFlags& flags, const std::string& name) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_ASSIGN(const client::Resource backup, cli::find_named(*client, kBackups, name, flags.cluster, stop));
  HF_ASSIGN(const json::Value before, client->get(backup, client::Form::object, stop));
  json::Object spec{{"type", "Verify"}, {"backup", name}, {"cluster", api::text_at(before, {"spec", "cluster"})}};
  HF_ASSIGN(const json::Value operation,
            cli::run_operation(session, *client,
                               {.name_space = backup.name_space, .name_prefix = "verify-", .spec = std::move(spec)},
                               flags.wait.wait()));
  if (flags.wait.no_wait) {
    print_started(session, operation);
    return 0;
  }
  HF_ASSIGN(json::Value object, client->get(backup, client::Form::object, stop));
  cli::print_outcomes(session, {{.resource = backup, .object = std::move(object), .done = "verified"}});
  return 0;
}

struct DownloadFlags {
  cli::ServerFlags server;
  std::string cluster;
};

Result<int> download(cli::Session& session, const DownloadFlags& flags, const std::string& name,
                     const std::string& path) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  HF_ASSIGN(const client::Resource backup,
            cli::find_named(*client, kBackups, name, flags.cluster, session.world().stop));
  HF_ASSIGN(const std::uint64_t bytes, cli::download_backup(session, *client, backup, path));
  if (path == "-") return 0;  // standard output holds the snapshot
  const json::Value document = json::Object{{"backup", name}, {"file", path}, {"bytes", bytes}};
  session.print(document,
                [&](std::ostream& out) { out << cli::printable(path) << "  " << format_bytes(bytes) << '\n'; });
  return 0;
}

}  // namespace

cli::Command make_backup_now() {
  auto flags = std::make_shared<NowFlags>();
  cli::OptionGroup group{.title = "The backup", .options = {}};
  group.options.push_back(name_option("for-schedule", "NAME",
                                      "count it as one of this schedule's: its destination, its name, its rules",
                                      kConfigs, flags->config));
  group.options.push_back(name_option("destination", "NAME",
                                      "a destination of the Seed (default: the schedule's, or the Seed's)",
                                      cli::kDestinations, flags->destination));
  group.options.push_back(text_option("reason", "TEXT", "why, for those who see it later", flags->reason));
  return {.name = "now",
          .summary = "backs a cluster up at once",
          .description = "Waits until the backup is stored. Schedules go on as if nothing had happened.",
          .positionals = {named("CLUSTER", "the cluster", kClusters)},
          .groups = {std::move(group), wait_options(flags->wait), cli::connection_options(flags->server)},
          .examples = {{.explanation = "before an upgrade", .line = "holdfast backup now prod --reason upgrade"}},
          .run =
              [flags](cli::Session& session, const std::vector<std::string>& words) {
                return doing(back_up(session, *flags, words[0]), "back {} up", words[0]);
              },
          .storage = flags};
}

cli::Command make_backup_download() {
  auto flags = std::make_shared<DownloadFlags>();
  return {
      .name = "download",
      .summary = "fetches a backup as a plain snapshot that etcdutl and \"holdfast snapshot\" read",
      .description =
          "The server decrypts and decompresses it, and breaks off when a digest is wrong. A snapshot holds everything "
          "the cluster holds, its secrets among it: owners of the project and administrators may fetch it, and the "
          "audit log says who did.",
      .positionals = {named("BACKUP", "name of the Backup", kBackups),
                      {.name = "FILE",
                       .help = "file to make; it must not be there; - is standard output, unless that is a terminal",
                       .completes = cli::Completes::file}},
      .groups = {whose_options(flags->cluster), cli::connection_options(flags->server)},
      .examples = {{.explanation = "and look at it",
                    .line = "holdfast backup download daily-2026-11-21t01-00-00 snapshot.db"}},
      .run =
          [flags](cli::Session& session, const std::vector<std::string>& words) {
            return doing(download(session, *flags, words[0], words[1]), "download {}", words[0]);
          },
      .storage = flags};
}

cli::Command make_backup_verify() {
  auto flags = std::make_shared<VerifyFlags>();
  return {.name = "verify",
          .summary = "lets the server read a backup to its end, and says whether it can be restored",
          .positionals = {named("BACKUP", "name of the Backup", kBackups)},
          .groups = {whose_options(flags->cluster), wait_options(flags->wait), cli::connection_options(flags->server)},
          .examples = {{.explanation = "exit code 5 when it is damaged",
                        .line = "holdfast backup verify daily-2026-11-21t01-00-00"}},
          .run =
              [flags](cli::Session& session, const std::vector<std::string>& words) {
                return doing(verify(session, *flags, words[0]), "verify {}", words[0]);
              },
          .storage = flags};
}

}  // namespace holdfast::app
