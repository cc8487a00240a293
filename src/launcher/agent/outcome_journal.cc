#include "launcher/agent/outcome_journal.h"

#include <algorithm>

#include "base/bytes.h"

namespace holdfast::launcher {
namespace {

constexpr std::size_t kMostBytes = kMiB;

}  // namespace

Result<std::string> OutcomeJournal::file_of(const std::string& uid) const {
  const bool good = !uid.empty() && uid.size() <= 64 && std::all_of(uid.begin(), uid.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
  });
  if (!good) return fail(Code::internal, "an order has no usable uid");
  return os::join_path(directory_, uid + ".json");
}

std::optional<json::Object> OutcomeJournal::find(const std::string& uid) {
  const auto path = file_of(uid);
  if (!path) return std::nullopt;
  const auto bytes = os::read_file(files_, *path, kMostBytes);
  if (!bytes) return std::nullopt;
  const auto value = json::parse(as_text(*bytes), kMostBytes);
  if (!value || !value->is_object() || !value->get_object().contains("phase")) return std::nullopt;
  return value->get_object();
}

Status OutcomeJournal::keep(const std::string& uid, const json::Object& status) {
  HF_ASSIGN(const std::string path, file_of(uid));
  return os::write_file_atomically(files_, path, as_bytes(json::to_string(status)));
}

Status OutcomeJournal::forget(const std::string& uid) {
  HF_ASSIGN(const std::string path, file_of(uid));
  return files_.remove(path);
}

}  // namespace holdfast::launcher
