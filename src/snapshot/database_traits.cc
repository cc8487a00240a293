#include "snapshot/database_traits.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/proto_reader.h"
#include "base/utf8.h"
#include "model/json.h"
#include "snapshot/member_id.h"
#include "snapshot/mvcc.h"
#include "snapshot/text.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kMemberJsonLimit = kMiB;

// AlarmMember {1: member id, 2: kind}. Zero stands for a field that is missing or unreadable.
struct Alarm {
  std::uint64_t member = 0;
  std::uint64_t kind = 0;
};

Alarm parse_alarm(std::string_view text) {
  Alarm alarm;
  ProtoReader fields(as_bytes(text));
  for (int count = 0; count < kMaxRecordFields && fields.next(); ++count) {
    if (fields.type() != WireType::varint) continue;
    if (fields.field() == 1) alarm.member = fields.number();
    if (fields.field() == 2) alarm.kind = fields.number();
  }
  return alarm;
}

std::string alarm_text(const Alarm& alarm) {
  const std::string_view kind = alarm.kind == 1 ? "NOSPACE" : alarm.kind == 2 ? "CORRUPT" : "unknown alarm";
  return fmt::format("{} of member {}", kind, id_text(alarm.member));
}

Result<ItemMap> items_of(const BoltEditor& database, std::string_view bucket) {
  HF_ASSIGN(auto items, database.read_bucket(bucket));
  return std::move(items).value_or(ItemMap{});
}

std::string value_of(const ItemMap& items, std::string_view key) {
  const auto it = items.find(key);
  return it == items.end() ? std::string() : it->second.value;
}

// Versions go into messages: nothing but digits, dots and the like.
std::string version_of(const ItemMap& items, std::string_view key) {
  constexpr std::string_view kAllowed = "0123456789abcdefghijklmnopqrstuvwxyz.-+";
  constexpr std::size_t kLongest = 32;
  const std::string text = value_of(items, key);
  const bool sensible = text.size() <= kLongest && text.find_first_not_of(kAllowed) == std::string::npos;
  return sensible ? text : std::string();
}

// The text comes from the database and goes to a terminal.
bool is_printable(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

std::vector<std::string> learners_in(const ItemMap& members) {
  std::vector<std::string> names;
  for (const auto& [id, item] : members) {
    const auto value = json::parse(item.value, kMemberJsonLimit);
    if (!value || !value->is_object()) continue;
    const auto learner = json::get_bool(value->as_object(), "isLearner");
    if (!learner || !*learner) continue;
    const auto name = json::get_string(value->as_object(), "name");
    names.push_back(name && is_printable(*name) ? *name : is_printable(id) ? id : "(no name)");
  }
  return names;
}

}  // namespace

Result<DatabaseTraits> read_traits(const BoltEditor& database) {
  DatabaseTraits traits;
  HF_ASSIGN(const ItemMap alarms, items_of(database, "alarm"));
  for (const auto& [key, item] : alarms)
    traits.alarms.push_back(alarm_text(parse_alarm(key)));
  HF_ASSIGN(const ItemMap members, items_of(database, "members"));
  traits.learners = learners_in(members);
  HF_ASSIGN(const ItemMap auth, items_of(database, "auth"));
  traits.auth_enabled = value_of(auth, "authEnabled") == "\x01";
  HF_ASSIGN(const ItemMap cluster, items_of(database, "cluster"));
  traits.cluster_version = version_of(cluster, "clusterVersion");
  HF_ASSIGN(const ItemMap meta, items_of(database, "meta"));
  traits.storage_version = version_of(meta, "storageVersion");
  return traits;
}

}  // namespace holdfast::snapshot
