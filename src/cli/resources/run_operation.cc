#include "cli/resources/run_operation.h"

#include "client/watch.h"

#include "api/fields.h"
#include "base/code_names.h"
#include "cli/resources/find_named.h"
#include "cli/resources/operation_display.h"
#include "cli/resources/time_limit.h"

namespace holdfast::cli {
namespace {

std::string_view phase_of(const json::Value& operation) {
  return api::text_at(operation, {"status", "phase"});
}

// It goes on at the server without us. What was known of it is worth more than that we no longer wait.
Error goes_on(Error error, const OperationDisplay& display, const client::Resource& operation) {
  const std::string trouble = display.trouble();
  if (!trouble.empty()) error.message += "; " + trouble;
  const std::string_view cluster = cluster_of_namespace(operation.name_space);
  if (cluster == operation.name_space) {
    error.hint = fmt::format("it goes on at the server; look with \"holdfast describe operation {} -n {}\"",
                             operation.name, operation.name_space);
  } else {
    error.hint = fmt::format(
        "it goes on at the server; look with \"holdfast operation show {0} --cluster {1}\", end it with \"holdfast "
        "operation cancel {0} --cluster {1}\"",
        operation.name, cluster);
  }
  if (!display.hint().empty()) error.hint = display.hint() + "; " + error.hint;
  return error;
}

// People asked for work, not for an Operation with a name made up: what is wrong with it is enough.
Error without_operation(Error error) {
  constexpr std::string_view kIsInvalid = " is invalid: ";
  const std::size_t at = error.message.find(kIsInvalid);
  if (error.code == Code::usage && error.message.starts_with("Operation") && at != std::string::npos)
    error.message.erase(0, at + kIsInvalid.size());
  return error;
}

}  // namespace

Status outcome_of(const json::Value& operation) {
  if (phase_of(operation) == "Completed") return {};
  const std::string_view message = api::text_at(operation, {"status", "message"});
  auto error = fail(code_by_name(api::text_at(operation, {"status", "errorCode"})), "{}",
                    message.empty() ? phase_of(operation) : message);
  return with_hint(std::move(error), std::string(api::text_at(operation, {"status", "hint"})));
}

Result<json::Value> run_operation(Session& session, client::ApiClient& client, OperationRequest request,
                                  const OperationWait& wait) {
  World& world = session.world();
  HF_ASSIGN(client::Resource resource, client.resource(kOperations, request.name_space, "", world.stop));
  const json::Value object =
      json::Object{{"apiVersion", resource.kind.api_version()},
                   {"kind", resource.kind.kind},
                   {"metadata", json::Object{{"generateName", request.name_prefix}, {"namespace", request.name_space}}},
                   {"spec", std::move(request.spec)}};
  auto created = client.create(resource, object, {}, world.stop);
  if (!created) return tl::unexpected(without_operation(std::move(created).error()));
  json::Value operation = std::move(*created);
  if (!wait.wait) return operation;
  resource.name = api::text_at(operation, {"metadata", "name"});
  const TimeLimit time(wait.limit, world.clock, world.stop);
  OperationDisplay display(session);
  display.show(operation);
  bool gone = false;
  const auto take = [&](const client::WatchEvent& event) -> Result<bool> {
    gone = event.change == client::Change::deleted;
    operation = event.object;
    display.show(operation);
    return !gone && !has_ended(operation);
  };
  const Status watched = client::watch(client, resource, {}, take, [] { return true; }, world.clock, time.token());
  if (!watched) {
    Error error = watched.error();
    if (error.code == Code::cancelled) error.message = "nobody waits for it any more";
    if (time.over()) error = fail(Code::timeout, "it has not ended within {}", format_duration(*wait.limit)).value();
    return tl::unexpected<Error>(goes_on(std::move(error), display, resource));
  }
  if (gone && !has_ended(operation)) return fail(Code::refused, "somebody deleted the operation {}", resource.name);
  HF_TRY(outcome_of(operation));
  return operation;
}

}  // namespace holdfast::cli
