#include "work/health/member_table.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "api/fields.h"

namespace holdfast::work {
namespace {

using Table = std::vector<MemberView>;

std::string_view without_scheme(std::string_view url) {
  const std::size_t end = url.find("://");
  if (end != std::string_view::npos) url.remove_prefix(end + 3);
  return url.substr(0, url.find('/'));
}

std::uint64_t id_from(std::string_view hexadecimal) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(hexadecimal.data(), hexadecimal.data() + hexadecimal.size(), id, 16);
  return error == std::errc() && end == hexadecimal.data() + hexadecimal.size() ? id : 0;
}

MemberView* find_id(Table& table, std::uint64_t id) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const MemberView& each) { return each.id == id; });
  return id == 0 || found == table.end() ? nullptr : &*found;
}

MemberView& of_id(Table& table, std::uint64_t id) {
  if (MemberView* found = find_id(table, id)) return *found;
  return table.emplace_back(MemberView{.id = id, .name = "", .endpoint = "", .version = "", .message = ""});
}

void add_answer(Table& table, const etcd::MemberStatus& status) {
  MemberView& member = of_id(table, status.member_id);
  if (member.asked) return;  // the same one behind another endpoint
  member.endpoint = status.endpoint;
  member.version = status.version;
  member.learner = status.is_learner;
  member.db_size = status.db_size;
  member.asked = true;
  member.healthy = status.leader != 0;
  if (!member.healthy) member.message = "it sees no leader";
  for (const std::string& each : status.errors) {
    const std::string alarm = alarm_in(each);
    const bool its_own = each.find(fmt::format("memberID:{} ", status.member_id)) != std::string::npos;
    if (alarm.empty() || !its_own) continue;
    member.healthy = false;
    member.message = fmt::format("alarm {}", alarm);
  }
}

struct Known {
  std::uint64_t id;
  std::string_view name, endpoint, version;
  bool learner;
};

std::vector<Known> known_before(const json::Value& cluster) {
  std::vector<Known> all;
  const json::Array* members = api::array_at(cluster, {"status", "etcd", "members"});
  if (members == nullptr) return all;
  for (const json::Value& each : *members) {
    all.push_back({.id = id_from(api::text_at(each, {"id"})),
                   .name = api::text_at(each, {"name"}),
                   .endpoint = api::text_at(each, {"endpoint"}),
                   .version = api::text_at(each, {"version"}),
                   .learner = api::flag_at(each, {"learner"})});
  }
  return all;
}

void add_list(Table& table, const etcd::MemberList& list) {
  for (const etcd::Member& each : list.members) {
    MemberView& member = of_id(table, each.id);
    member.name = each.name;
    member.learner = each.is_learner;
  }
}

// Without a list that is what there is to go by.
void add_known(Table& table, const std::vector<Known>& known) {
  for (const Known& each : known) {
    if (each.id == 0) continue;
    MemberView& member = of_id(table, each.id);
    member.name = each.name;
    if (member.asked) continue;
    member.version = each.version;
    member.learner = each.learner;
  }
}

// The member that an endpoint which does not answer leads to; 0 when nobody knows.
std::uint64_t id_of_endpoint(const std::string& endpoint, const std::optional<etcd::MemberList>& list,
                             const std::vector<Known>& known) {
  for (const Known& each : known) {
    if (each.endpoint == endpoint) return each.id;
  }
  if (!list) return 0;
  for (const etcd::Member& each : list->members) {
    for (const std::string& url : each.client_urls) {
      if (without_scheme(url) == without_scheme(endpoint)) return each.id;
    }
  }
  return 0;
}

void add_failure(Table& table, const etcd::Probe& probe, std::uint64_t id) {
  MemberView* member = find_id(table, id);
  if (member != nullptr && member->asked) return;  // it answers somewhere else
  if (member == nullptr) {
    table.emplace_back();
    member = &table.back();
  }
  member->endpoint = probe.endpoint;
  member->asked = true;
  member->message = etcd::reason_at(probe.endpoint, probe.status.error());
}

}  // namespace

std::string alarm_in(const std::string& error) {
  for (const char* name : {"NOSPACE", "CORRUPT"}) {
    if (error.find(std::string("alarm:") + name) != std::string::npos) return name;
  }
  return "";
}

std::vector<MemberView> member_table(const std::vector<etcd::Probe>& probes,
                                     const std::optional<etcd::MemberList>& list, const json::Value& cluster) {
  Table table;
  for (const etcd::Probe& each : probes) {
    if (each.status) add_answer(table, *each.status);
  }
  const std::vector<Known> known = known_before(cluster);
  if (list) add_list(table, *list);
  if (!list) add_known(table, known);
  for (const etcd::Probe& each : probes) {
    if (!each.status) add_failure(table, each, id_of_endpoint(each.endpoint, list, known));
  }
  std::stable_sort(table.begin(), table.end(), [](const MemberView& a, const MemberView& b) {
    return std::tie(a.name, a.endpoint) < std::tie(b.name, b.endpoint);
  });
  return table;
}

json::Value member_json(const MemberView& member) {
  json::Object object{{"learner", member.learner}};
  if (member.id != 0) object["id"] = fmt::format("{:x}", member.id);
  if (!member.name.empty()) object["name"] = member.name;
  if (!member.endpoint.empty()) object["endpoint"] = member.endpoint;
  if (!member.version.empty()) object["version"] = member.version;
  if (member.db_size != 0) object["dbSizeBytes"] = static_cast<std::int64_t>(member.db_size);
  if (member.asked) object["healthy"] = member.healthy;
  if (!member.asked) object["message"] = "not asked: no endpoint of the Cluster leads to it";
  if (!member.message.empty()) object["message"] = member.message;
  return object;
}

}  // namespace holdfast::work
