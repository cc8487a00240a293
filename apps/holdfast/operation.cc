// operation list, show, cancel: the server's work.
#include <fmt/ranges.h>

#include "cluster_options.h"
#include "commands.h"

#include "api/fields.h"
#include "cli/resources/describe_object.h"
#include "cli/resources/failures.h"
#include "cli/resources/find_named.h"
#include "cli/resources/get_objects.h"
#include "cli/resources/object_output.h"
#include "cli/resources/operation_news.h"
#include "cli/resources/wait_for.h"

namespace holdfast::app {
namespace {

using Words = std::vector<std::string>;

struct Flags {
  cli::ServerFlags server;
  WaitFlags wait;
  std::string cluster;
};

Result<int> list(cli::Session& session, const Flags& flags, const Words& words) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::string cluster = words.empty() ? "" : words[0];
  HF_ASSIGN(const client::Resource all, cli::all_of(*client, cli::kOperations, cluster, session.world().stop));
  if (!cluster.empty()) HF_TRY(cli::is_left_behind(*client, all, cluster, session.world().stop));
  auto listed = cli::get_objects(session, *client, {all}, {.selection = {}, .all_namespaces = cluster.empty()}, false);
  if (listed) return listed;
  return tl::unexpected(cli::chosen_instead(std::move(listed).error(), *client,
                                            "name a cluster: holdfast operation list CLUSTER", session.world().stop));
}

Result<int> show(cli::Session& session, const Flags& flags, const std::string& name) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  const std::stop_token& stop = session.world().stop;
  HF_ASSIGN(const client::Resource operation, cli::find_named(*client, cli::kOperations, name, flags.cluster, stop));
  HF_ASSIGN(json::Value object, client->get(operation, client::Form::object, stop));
  HF_ASSIGN(const json::Array events, cli::events_of(*client, operation, object, stop));
  cli::drop_managed_fields(object);
  const WallTime now = session.world().clock.now();
  session.print(object, [&](std::ostream& out) { cli::print_description(out, operation, object, events, now); });
  return 0;
}

// What has ended stays as it is.
Result<cli::Outcome> cancel_one(cli::Session& session, client::ApiClient& client, const client::Resource& operation,
                                const Flags& flags) {
  const std::stop_token& stop = session.world().stop;
  const json::Value wanted = json::Object{{"spec", json::Object{{"cancel", true}}}};
  HF_ASSIGN(json::Value object, client.patch(operation, client::PatchType::merge, wanted, {}, stop));
  if (!flags.wait.no_wait && !cli::has_ended(object)) {
    HF_ASSIGN(const cli::Awaited end, cli::Awaited::parse("jsonpath={.status.finishTime}"));
    HF_TRY(cli::wait_for(session, client, operation, end, flags.wait.limit));
    HF_ASSIGN(object, client.get(operation, client::Form::object, stop));
  }
  const std::string_view phase = api::text_at(object, {"status", "phase"});
  if (cli::has_ended(object) && phase != "Cancelled")
    return with_hint(fail(Code::refused, "{} has ended already: {}", operation.name, phase),
                     "\"holdfast operation show " + operation.name + "\" says what came of it");
  const std::string done = phase == "Cancelled" ? "cancelled" : "is being cancelled";
  return cli::Outcome{.resource = operation, .object = std::move(object), .done = done};
}

Result<int> cancel(cli::Session& session, const Flags& flags, const Words& names) {
  HF_ASSIGN(const auto client, cli::open_client(flags.server, session));
  std::vector<client::Resource> operations;
  for (const std::string& name : names) {
    HF_ASSIGN(operations.emplace_back(),
              cli::find_named(*client, cli::kOperations, name, flags.cluster, session.world().stop));
  }
  std::vector<cli::Outcome> outcomes;
  cli::Failures failures(session);
  for (const client::Resource& operation : operations) {
    auto outcome = cancel_one(session, *client, operation, flags);
    if (outcome) {
      outcomes.push_back(std::move(*outcome));
      continue;
    }
    const bool stopped = outcome.error().code == Code::cancelled;
    failures.add(std::move(outcome).error());
    if (stopped) break;
  }
  if (failures.none() || !outcomes.empty()) cli::print_outcomes(session, outcomes);
  return failures.result();
}

cli::Command make_list() {
  auto flags = std::make_shared<Flags>();
  cli::Positional cluster = named("CLUSTER", "only this cluster's", kClusters);
  cluster.optional = true;
  return {
      .name = "list",
      .summary = "lists what the server does and has done, the newest last",
      .positionals = {std::move(cluster)},
      .groups = {cli::connection_options(flags->server)},
      .examples = {{.explanation = "of one cluster, with the reasons", .line = "holdfast operation list prod -o wide"}},
      .run = [flags](cli::Session& session,
                     const Words& words) { return doing(list(session, *flags, words), "list the operations"); },
      .storage = flags};
}

cli::Command make_show() {
  auto flags = std::make_shared<Flags>();
  return {.name = "show",
          .summary = "shows how far an operation is, or what came of it",
          .positionals = {named("OPERATION", "name of the Operation", cli::kOperations)},
          .groups = {whose_options(flags->cluster), cli::connection_options(flags->server)},
          .examples = {{.explanation = "one of them", .line = "holdfast operation show backup-now-x7k2p"}},
          .run = [flags](cli::Session& session,
                         const Words& words) { return doing(show(session, *flags, words[0]), "show {}", words[0]); },
          .storage = flags};
}

cli::Command make_cancel() {
  auto flags = std::make_shared<Flags>();
  cli::Positional names = named("OPERATION", "names of Operations", cli::kOperations);
  names.repeatable = true;
  return {
      .name = "cancel",
      .summary = "ends backups and verifications that are no longer wanted",
      .description =
          "What waits, also for its next attempt, is not begun; what runs is broken off and leaves nothing behind. The "
          "schedule goes on with its next backup. Removals, and what the server does for destinations, are not "
          "cancelled.",
      .positionals = {std::move(names)},
      .groups = {whose_options(flags->cluster), wait_options(flags->wait), cli::connection_options(flags->server)},
      .examples = {{.explanation = "one that \"backup now\" had begun",
                    .line = "holdfast operation cancel backup-now-x7k2p --cluster prod"}},
      .run =
          [flags](cli::Session& session, const Words& words) {
            return doing(cancel(session, *flags, words), "cancel {}", fmt::join(words, " "));
          },
      .storage = flags};
}

}  // namespace

cli::Command make_operation() {
  return {.name = "operation",
          .summary = "lists, shows and cancels what the server is at work on",
          .commands = {make_list(), make_show(), make_cancel()}};
}

}  // namespace holdfast::app
