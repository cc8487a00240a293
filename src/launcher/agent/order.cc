#include "launcher/agent/order.h"

#include <algorithm>
#include <chrono>

#include "api/fields.h"
#include "model/version.h"

namespace holdfast::launcher {
namespace {

json::Value text_or_null(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

json::Value number_or_null(const std::optional<std::uint64_t>& number) {
  return number ? json::Value(static_cast<std::int64_t>(*number)) : json::Value();
}

}  // namespace

std::optional<ReadOrder> read_order(const json::Value& operation, std::string_view launcher) {
  const auto text = [&](api::FieldNames names) { return std::string(api::text_at(operation, names)); };
  if (launcher.empty() || api::text_at(operation, {"spec", "launcher"}) != launcher) return std::nullopt;
  const std::string_view phase = api::text_at(operation, {"status", "phase"});
  ReadOrder read{.order = {.uid = text({"metadata", "uid"}),
                           .name_space = text({"metadata", "namespace"}),
                           .name = text({"metadata", "name"}),
                           .type = text({"spec", "type"}),
                           .restore = text({"spec", "restore"}),
                           .operation = operation},
                 .ended = !phase.empty() && phase != "Pending" && phase != "Running"};
  if (read.order.uid.empty() || read.order.name.empty()) return std::nullopt;
  return read;
}

json::Object begun(std::string_view launcher, WallTime now) {
  return {{"phase", "Running"},
          {"attempt", 1},
          {"startTime", format_time(now)},
          {"runner", fmt::format("launcher {}", launcher)}};
}

json::Object in_progress(const OrderProgress& progress, WallTime now) {
  return {{"progress", json::Object{{"text", text_or_null(progress.text)},
                                    {"stage", text_or_null(progress.stage)},
                                    {"readBytes", number_or_null(progress.done)},
                                    {"totalBytes", number_or_null(progress.total)},
                                    {"updateTime", format_time(now)}}}};
}

json::Object outcome_of(const Result<json::Object>& result, WallTime now) {
  json::Object status{
      {"phase", result ? "Completed" : "Failed"}, {"finishTime", format_time(now)}, {"progress", nullptr}};
  if (result) {
    for (const char* name : {"message", "hint", "errorCode"})
      status[name] = nullptr;
    if (!result->empty()) status["result"] = *result;
    return status;
  }
  status["message"] = result.error().to_string();
  status["hint"] = text_or_null(result.error().hint);
  status["errorCode"] = code_name(result.error().code);
  return status;
}

Error no_handler(std::string_view type) {
  return with_hint(fail(Code::unsupported, "this launcher ({}) cannot carry out orders of type {}", kVersion, type),
                   "run the launcher in the server's version")
      .value();
}

Duration back_off(int failures) {
  constexpr Duration kFirst = std::chrono::seconds(1);
  constexpr Duration kLongest = std::chrono::seconds(30);
  const int doublings = std::clamp(failures - 1, 0, 5);
  return std::min(kFirst * (1 << doublings), kLongest);
}

}  // namespace holdfast::launcher
