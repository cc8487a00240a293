#include "cli/resources/wait_for_removal.h"

#include <algorithm>

#include "api/fields.h"
#include "cli/resources/find_named.h"
#include "cli/resources/operation_display.h"
#include "cli/resources/run_operation.h"
#include "cli/resources/wait_for.h"

namespace holdfast::cli {
namespace {

using client::ApiClient;
using client::Resource;

// So long the deletion alone is watched before its operation is looked at again.
constexpr Duration kLook = std::chrono::seconds(2);

// The operation that removes it; null when it is not known.
json::Value operation_of(ApiClient& client, const Resource& backup, const std::stop_token& stop) {
  const auto operations = client.resource("operations.holdfast.dev", backup.name_space, "", stop);
  if (!operations) return nullptr;
  auto list = client.list(*operations, {.labels = {}, .fields = "spec.type=Delete"}, client::Form::object, stop);
  if (!list) return nullptr;
  json::Value newest;
  for (json::Value& each : list->get_object()["items"].get_array()) {
    if (api::text_at(each, {"spec", "backup"}) != backup.name) continue;
    if (newest.is_null() || !has_ended(each)) newest = std::move(each);
  }
  return newest;
}

// Nobody waits any more, and nothing takes the deletion back.
Status goes_on(Error error, const json::Value& operation, const Resource& backup, const OperationDisplay& display) {
  const std::string trouble = display.trouble();
  if (!trouble.empty()) error.message += "; " + trouble;
  const std::string_view cluster = cluster_of_namespace(backup.name_space);
  std::string look = fmt::format("\"holdfast backup list {}\" calls it Deleting until it is gone", cluster);
  if (const std::string_view name = api::text_at(operation, {"metadata", "name"}); !name.empty())
    look += fmt::format("; look with \"holdfast operation show {} --cluster {}\"", name, cluster);
  error.hint = display.hint().empty() ? look : display.hint() + "; " + look;
  return tl::unexpected<Error>(std::move(error));
}

// It will not be tried again.
Status given_up(const json::Value& operation) {
  if (!has_ended(operation)) return {};
  if (api::text_at(operation, {"status", "phase"}) == "Cancelled")
    return fail(Code::refused, "what is stored was not removed: {}", api::text_at(operation, {"status", "message"}));
  const Status outcome = outcome_of(operation);
  if (outcome) return {};
  return in_context(outcome.error(), "remove what is stored");
}

}  // namespace

Status wait_for_removal(Session& session, ApiClient& client, const Resource& backup, std::optional<Duration> limit) {
  World& world = session.world();
  HF_ASSIGN(const Awaited gone, Awaited::parse("delete"));
  const os::SteadyTime begin = world.clock.steady();
  OperationDisplay display(session);
  display.show(json::Object{});  // not made yet
  json::Value operation;
  while (true) {
    const Duration spent = world.clock.steady() - begin;
    const Duration left = limit ? std::max(*limit - spent, Duration{0}) : kLook;
    Status done = wait_for(session, client, backup, gone, std::min(left, kLook));
    if (!done && done.error().code == Code::cancelled) {
      done.error().message = "nobody waits for it any more; its removal goes on at the server";
      return goes_on(std::move(done).error(), operation, backup, display);
    }
    if (done || done.error().code != Code::timeout) return done;
    if (json::Value found = operation_of(client, backup, world.stop); !found.is_null()) {
      operation = std::move(found);
      display.show(operation);
      HF_TRY(given_up(operation));
    }
    if (limit && world.clock.steady() - begin >= *limit) {
      Error error =
          fail(Code::timeout, "it is not gone within {}; its removal goes on at the server", format_duration(*limit))
              .value();
      return goes_on(std::move(error), operation, backup, display);
    }
  }
}

}  // namespace holdfast::cli
