#include "server/audit_log.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "model/json.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kMostAgentBytes = 200;

std::string line_of(const AuditRecord& record, const std::string& server) {
  json::Object line{{"time", record.time}, {"id", record.id}, {"user", record.user}};
  const auto add = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) line[name] = text;
  };
  json::Array groups;
  for (const std::string& group : record.groups)
    groups.emplace_back(group);
  line["groups"] = std::move(groups);
  add("impersonatedBy", record.impersonator);
  add("authentication", record.method);
  add("address", record.address);
  add("userAgent", record.agent.substr(0, kMostAgentBytes));
  add("verb", record.verb);
  add("group", record.group);
  add("resource", record.resource);
  add("subresource", record.subresource);
  add("namespace", record.name_space);
  add("name", record.name);
  if (record.dry_run) line["dryRun"] = true;
  line["code"] = record.code;
  add("reason", record.reason);
  if (record.left_out != 0) line["leftOut"] = record.left_out;
  add("server", server);
  return json::to_string(line) + "\n";
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(const AuditOptions& options, os::FileSystem& files) {
  std::unique_ptr<AuditLog> log(new AuditLog(options, files));
  HF_TRY(log->reopen());
  return log;
}

Status AuditLog::reopen() {
  HF_ASSIGN(file_, files_.open(options_.path, os::OpenMode::append, 0600));
  HF_ASSIGN(size_, file_->size());
  return {};
}

Status AuditLog::rotate() {
  file_.reset();
  for (int number = options_.keep; number > 0; --number) {
    const std::string from = number == 1 ? options_.path : fmt::format("{}.{}", options_.path, number - 1);
    HF_ASSIGN(const auto there, files_.stat(from));
    if (there) HF_TRY(files_.rename(from, fmt::format("{}.{}", options_.path, number), true));
  }
  return reopen();
}

Status AuditLog::write(const AuditRecord& record) {
  const std::lock_guard lock(mutex_);
  return append(record);
}

Status AuditLog::write_of_stranger(AuditRecord record, os::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (!strangers_counted_) strangers_left_ = options_.strangers;
  const os::SteadyTime counted = strangers_counted_.value_or(now);
  const auto more = static_cast<std::uint64_t>(std::max<std::int64_t>((now - counted) / std::chrono::minutes(1), 0));
  strangers_left_ =
      std::min(options_.strangers, strangers_left_ + std::min(more, options_.strangers) * options_.strangers);
  strangers_counted_ = counted + std::chrono::minutes(more);
  if (strangers_left_ == 0) {
    ++left_out_;
    return {};
  }
  --strangers_left_;
  record.left_out = std::exchange(left_out_, 0);
  return append(record);
}

Status AuditLog::append(const AuditRecord& record) {
  const std::string line = line_of(record, options_.server);
  if (!file_) HF_TRY(reopen());
  if (size_ != 0 && size_ + line.size() > options_.rotate_bytes) HF_TRY(rotate());
  HF_TRY(file_->write_at(size_, as_bytes(line)));
  size_ += line.size();
  return {};
}

}  // namespace holdfast::server
