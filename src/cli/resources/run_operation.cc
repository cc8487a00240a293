#include "cli/resources/run_operation.h"

#include <array>

#include "client/watch.h"

#include "api/fields.h"
#include "cli/resources/time_limit.h"

namespace holdfast::cli {
namespace {

std::string_view phase_of(const json::Value& operation) {
  return api::text_at(operation, {"status", "phase"});
}

bool has_ended(const json::Value& operation) {
  const std::string_view phase = phase_of(operation);
  return phase == "Completed" || phase == "Failed" || phase == "Skipped" || phase == "Cancelled";
}

std::optional<std::uint64_t> bytes_at(const json::Value& operation, std::string_view name) {
  const json::Value* found = api::field_at(operation, {"status", "progress", name});
  if (found == nullptr || !found->is_int64() || found->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(found->get_int64());
}

void tell(const json::Value& operation, pipeline::Progress& progress) {
  const std::string_view stage = api::text_at(operation, {"status", "progress", "stage"});
  progress.update({.phase = stage.empty() ? "waiting" : std::string(stage),
                   .done = bytes_at(operation, "readBytes").value_or(0),
                   .total = bytes_at(operation, "totalBytes")});
}

// What the server calls a kind of failure (code_name()).
Code code_of(std::string_view name) {
  constexpr std::array kAll{Code::usage,     Code::not_found, Code::exists,  Code::corrupt,     Code::refused,
                            Code::cancelled, Code::no_space,  Code::timeout, Code::unavailable, Code::unsupported};
  for (const Code code : kAll) {
    if (code_name(code) == name) return code;
  }
  return Code::internal;
}

Status outcome_of(const json::Value& operation) {
  if (phase_of(operation) == "Completed") return {};
  const std::string_view message = api::text_at(operation, {"status", "message"});
  auto error = fail(code_of(api::text_at(operation, {"status", "errorCode"})), "{}",
                    message.empty() ? phase_of(operation) : message);
  return with_hint(std::move(error), std::string(api::text_at(operation, {"status", "hint"})));
}

Error goes_on(Error error, const client::Resource& operation) {
  error.hint = fmt::format("it goes on at the server; look with \"holdfast get operation {} -n {}\"", operation.name,
                           operation.name_space);
  return error;
}

}  // namespace

Result<json::Value> run_operation(Session& session, client::ApiClient& client, OperationRequest request,
                                  const OperationWait& wait) {
  World& world = session.world();
  HF_ASSIGN(client::Resource resource, client.resource("operations.holdfast.dev", request.name_space, "", world.stop));
  const json::Value object =
      json::Object{{"apiVersion", resource.kind.api_version()},
                   {"kind", resource.kind.kind},
                   {"metadata", json::Object{{"generateName", request.name_prefix}, {"namespace", request.name_space}}},
                   {"spec", std::move(request.spec)}};
  HF_ASSIGN(json::Value operation, client.create(resource, object, {}, world.stop));
  if (!wait.wait) return operation;
  resource.name = api::text_at(operation, {"metadata", "name"});
  const TimeLimit time(wait.limit, world.clock, world.stop);
  const auto progress = session.progress();
  bool gone = false;
  const auto take = [&](const client::WatchEvent& event) -> Result<bool> {
    gone = event.change == client::Change::deleted;
    operation = event.object;
    tell(operation, *progress);
    return !gone && !has_ended(operation);
  };
  const Status watched = client::watch(client, resource, {}, take, [] { return true; }, world.clock, time.token());
  if (!watched) {
    Error error = watched.error();
    if (time.over()) error = fail(Code::timeout, "it has not ended within {}", format_duration(*wait.limit)).value();
    return tl::unexpected<Error>(goes_on(std::move(error), resource));
  }
  if (gone && !has_ended(operation)) return fail(Code::refused, "somebody deleted the operation {}", resource.name);
  HF_TRY(outcome_of(operation));
  return operation;
}

}  // namespace holdfast::cli
