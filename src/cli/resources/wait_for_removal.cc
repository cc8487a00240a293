#include "cli/resources/wait_for_removal.h"

#include <algorithm>

#include "api/fields.h"
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

Status not_gone(Duration limit, const OperationDisplay& display) {
  const std::string trouble = display.trouble();
  return with_hint(
      fail(Code::timeout, "it is not gone within {}{}{}", format_duration(limit), trouble.empty() ? "" : "; ", trouble),
      display.hint().empty() ? "wait longer with --timeout; it goes on at the server" : display.hint());
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
  while (true) {
    const Duration spent = world.clock.steady() - begin;
    const Duration left = limit ? std::max(*limit - spent, Duration{0}) : kLook;
    Status done = wait_for(session, client, backup, gone, std::min(left, kLook));
    if (done || done.error().code != Code::timeout) return done;
    const json::Value operation = operation_of(client, backup, world.stop);
    if (!operation.is_null()) {
      display.show(operation);
      HF_TRY(given_up(operation));
    }
    if (limit && world.clock.steady() - begin >= *limit) return not_gone(*limit, display);
  }
}

}  // namespace holdfast::cli
