#include "launcher/agent/launcher_facts.h"

#include <algorithm>

namespace holdfast::launcher {
namespace {

json::Value text_or_null(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

// As many as the kind takes: too much of one thing must not keep the rest from being told.
json::Array texts(const std::vector<std::string>& all) {
  constexpr std::size_t kMost = 64;
  json::Array array;
  for (std::size_t i = 0; i < std::min(all.size(), kMost); ++i)
    array.emplace_back(all[i]);
  return array;
}

// The same of a text; not in the middle of a character.
std::string cut(const std::string& text) {
  constexpr std::size_t kMost = 4000;
  std::size_t length = std::min(text.size(), kMost);
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80; };
  while (length > 0 && length < text.size() && continues(length))
    --length;
  return text.substr(0, length);
}

// A twentieth of what was free.
bool is_notable(const std::optional<std::uint64_t>& told, const std::optional<std::uint64_t>& now) {
  if (told.has_value() != now.has_value()) return true;
  if (!told) return false;
  const std::uint64_t change = *told > *now ? *told - *now : *now - *told;
  return change > *told / 20;
}

}  // namespace

json::Object status_of(const LauncherFacts& facts, WallTime now) {
  json::Object status;
  status["host"] = text_or_null(facts.host);
  status["addresses"] = texts(facts.addresses);
  status["versions"] =
      json::Object{{"launcher", text_or_null(facts.launcher_version)}, {"etcd", text_or_null(facts.etcd_version)}};
  status["dataDirectory"] = text_or_null(facts.data_directory);
  status["mode"] = text_or_null(facts.mode);
  status["freeBytes"] = facts.free_bytes ? json::Value(static_cast<std::int64_t>(*facts.free_bytes)) : json::Value();
  status["etcd"] = json::Object{{"state", facts.etcd_state},
                                {"message", text_or_null(cut(facts.etcd_message))},
                                {"clusterID", text_or_null(facts.cluster_id)},
                                {"memberID", text_or_null(facts.member_id)}};
  status["disk"] = json::Object{{"data", facts.has_data},
                                {"staged", texts(facts.staged)},
                                {"before", texts(facts.before)},
                                {"undone", texts(facts.undone)}};
  status["reportedTime"] = format_time(now);
  return status;
}

bool is_news(const LauncherFacts& told, const LauncherFacts& now) {
  LauncherFacts same = now;
  same.free_bytes = told.free_bytes;
  return same != told || is_notable(told.free_bytes, now.free_bytes);
}

}  // namespace holdfast::launcher
