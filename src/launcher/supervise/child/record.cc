#include "launcher/supervise/child/record.h"

#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/sha256.h"
#include "model/json.h"

namespace holdfast::launcher {
namespace {

constexpr std::uint64_t kVersion = 1;

json::Object write_command(const EtcdCommand& command) {
  json::Object environment;
  for (const auto& [name, value] : command.environment)
    environment.emplace(name, value);
  return {{"program", command.program},
          {"arguments", json::Array(command.arguments.begin(), command.arguments.end())},
          {"environment", std::move(environment)}};
}

Result<std::string> text_of(const json::Value& value, std::string_view what) {
  if (!value.is_string()) return fail(Code::corrupt, "{} is no text", what);
  return std::string(value.get_string());
}

Result<EtcdCommand> read_command(const json::Object& object) {
  EtcdCommand command;
  HF_ASSIGN(command.program, json::get_string(object, "program"));
  HF_ASSIGN(const json::Array arguments, json::get_array(object, "arguments"));
  HF_ASSIGN(const json::Object environment, json::get_object(object, "environment"));
  for (const json::Value& each : arguments) {
    HF_ASSIGN(std::string argument, text_of(each, "an argument"));
    command.arguments.push_back(std::move(argument));
  }
  for (const auto& [name, value] : environment) {
    HF_ASSIGN(std::string text, text_of(value, "a variable"));
    command.environment.emplace(std::string(name), std::move(text));
  }
  return command;
}

json::Object write_process(const ProcessRecord& process) {
  return {{"pid", process.identity.pid},
          {"startTicks", process.identity.start_ticks},
          {"bootID", process.identity.boot_id},
          {"started", format_time(process.started, true)},
          {"command", write_command(process.command)}};
}

Result<WallTime> read_time(const json::Object& object, std::string_view name) {
  HF_ASSIGN(const std::string text, json::get_string(object, name));
  const auto time = parse_time(text);
  if (!time) return fail(Code::corrupt, "{} is no time: {}", name, text);
  return *time;
}

Result<ProcessRecord> read_process(const json::Object& object) {
  ProcessRecord process;
  HF_ASSIGN(const std::uint64_t pid, json::get_uint(object, "pid"));
  if (pid == 0 || pid > std::uint64_t{std::numeric_limits<int>::max()})
    return fail(Code::corrupt, "{} is no process", pid);
  process.identity.pid = static_cast<int>(pid);
  HF_ASSIGN(process.identity.start_ticks, json::get_uint(object, "startTicks"));
  HF_ASSIGN(process.identity.boot_id, json::get_string(object, "bootID"));
  HF_ASSIGN(process.started, read_time(object, "started"));
  HF_ASSIGN(const json::Object command, json::get_object(object, "command"));
  HF_ASSIGN(process.command, read_command(command));
  return process;
}

json::Object write_exit(const ExitReason& reason) {
  json::Object object{{"text", reason.text}};
  if (reason.exit_code) object.emplace("code", *reason.exit_code);
  if (reason.ended) object.emplace("ended", format_time(*reason.ended, true));
  return object;
}

Result<ExitReason> read_exit(const json::Object& object) {
  ExitReason reason;
  HF_ASSIGN(reason.text, json::get_string(object, "text"));
  if (json::has(object, "code")) {
    HF_ASSIGN(const std::int64_t code, json::get_int(object, "code"));
    if (code < 0 || code > 255) return fail(Code::corrupt, "{} is no exit code", code);
    reason.exit_code = static_cast<int>(code);
  }
  if (json::has(object, "ended")) {
    HF_ASSIGN(reason.ended, read_time(object, "ended"));
  }
  return reason;
}

Result<ChildRecord> read_record(const json::Object& object) {
  ChildRecord record;
  HF_ASSIGN(record.wanted, json::get_bool(object, "wanted"));
  HF_ASSIGN(const json::Object command, json::get_object(object, "command"));
  HF_ASSIGN(record.command, read_command(command));
  if (json::has(object, "process")) {
    HF_ASSIGN(const json::Object process, json::get_object(object, "process"));
    HF_ASSIGN(record.process, read_process(process));
  }
  if (json::has(object, "lastExit")) {
    HF_ASSIGN(const json::Object reason, json::get_object(object, "lastExit"));
    HF_ASSIGN(record.last_exit, read_exit(reason));
  }
  HF_ASSIGN(const std::uint64_t ends, json::get_uint(object, "ends"));
  if (ends > std::numeric_limits<std::uint32_t>::max()) return fail(Code::corrupt, "{} ends in a row", ends);
  record.ends = static_cast<std::uint32_t>(ends);
  HF_ASSIGN(record.restarts, json::get_uint(object, "restarts"));
  return record;
}

std::string digest_of(const json::Object& object) {
  return to_hex(Sha256::of(as_bytes(json::to_string(object))));
}

}  // namespace

std::string format_record(const ChildRecord& record) {
  json::Object object{{"wanted", record.wanted}, {"command", write_command(record.command)}};
  if (record.process) object.emplace("process", write_process(*record.process));
  if (record.last_exit) object.emplace("lastExit", write_exit(*record.last_exit));
  object.emplace("ends", record.ends);
  object.emplace("restarts", record.restarts);
  const std::string digest = digest_of(object);
  return json::to_pretty_string(json::Object{{"version", kVersion}, {"record", std::move(object)}, {"sha256", digest}});
}

Result<ChildRecord> parse_record(std::string_view text) {
  HF_ASSIGN(const json::Value value, json::parse(text, kMostOfRecord));
  if (!value.is_object()) return fail(Code::corrupt, "it is no JSON object");
  HF_ASSIGN(const std::uint64_t version, json::get_uint(value.get_object(), "version"));
  if (version > kVersion) return fail(Code::unsupported, "a newer version of Holdfast wrote it");
  if (version != kVersion) return fail(Code::corrupt, "it has the version {}", version);
  HF_ASSIGN(const json::Object object, json::get_object(value.get_object(), "record"));
  HF_ASSIGN(const std::string digest, json::get_string(value.get_object(), "sha256"));
  if (digest != digest_of(object)) return fail(Code::corrupt, "its digest does not fit");
  return read_record(object);
}

}  // namespace holdfast::launcher
