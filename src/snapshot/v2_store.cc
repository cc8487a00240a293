#include "snapshot/v2_store.h"

#include <map>

#include <fmt/core.h>

#include "snapshot/member_id.h"
#include "snapshot/member_json.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kEventCapacity = 1000;  // slots of the store's ring of past events
constexpr std::string_view kNoExpiry = "0001-01-01T00:00:00Z";
static_assert(kMaxMembers < kEventCapacity, "every member's event has to fit into the ring");

std::string member_path(const MemberSpec& member) {
  return "/0/members/" + id_text(member.id);
}

// `children` is the JSON of an object, or "null" for a leaf.
std::string node(std::string_view path, std::uint64_t index, std::string_view value, std::string_view children) {
  return fmt::format(R"({{"Path":{},"CreatedIndex":{},"ModifiedIndex":{},"ExpireTime":"{}","Value":{},"Children":{}}})",
                     quote_json(path), index, index, kNoExpiry, quote_json(value), children);
}

std::string directory(std::string_view path, std::uint64_t index, const std::map<std::string, std::string>& children) {
  std::string text;
  for (const auto& [name, child] : children) {
    if (!text.empty()) text += ',';
    text += quote_json(name) + ':' + child;
  }
  return node(path, index, "", '{' + text + '}');
}

std::string member_node(const MemberSpec& member, std::uint64_t index) {
  const std::string path = member_path(member);
  return directory(path, index,
                   {{"raftAttributes", node(path + "/raftAttributes", index, raft_attributes_json(member), "null")}});
}

std::string root_node(const Membership& membership) {
  std::map<std::string, std::string> members;  // in the order of their names, while indexes follow the order of the ids
  std::uint64_t index = 0;
  for (const MemberSpec& member : membership.members) {
    ++index;
    members[id_text(member.id)] = member_node(member, index);
  }
  return directory(
      "/", 0,
      {{"0", directory("/0", 0, {{"members", directory("/0/members", 1, members)}})}, {"1", directory("/1", 0, {})}});
}

// The ring of past events: one "create" per member, the other slots empty.
std::string event_history(const Membership& membership) {
  std::string events;
  std::uint64_t index = 0;
  for (const MemberSpec& member : membership.members) {
    ++index;
    events +=
        fmt::format(R"({}{{"action":"create","node":{{"key":{},"value":{},"modifiedIndex":{},"createdIndex":{}}}}})",
                    index == 1 ? "" : ",", quote_json(member_path(member) + "/raftAttributes"),
                    quote_json(raft_attributes_json(member)), index, index);
  }
  for (std::size_t i = index; i < kEventCapacity; ++i)
    events += ",null";
  return fmt::format(
      R"({{"Queue":{{"Events":[{}],"Size":{},"Front":0,"Back":{},"Capacity":{}}},"StartIndex":1,"LastIndex":{}}})",
      events, index, index, kEventCapacity, index);
}

std::string statistics(std::size_t creations) {
  return fmt::format(
      R"({{"getsSuccess":0,"getsFail":0,"setsSuccess":0,"setsFail":0,"deleteSuccess":0,"deleteFail":0,)"
      R"("updateSuccess":0,"updateFail":0,"createSuccess":{},"createFail":0,"compareAndSwapSuccess":0,)"
      R"("compareAndSwapFail":0,"compareAndDeleteSuccess":0,"compareAndDeleteFail":0,"expireCount":0,"watchers":0}})",
      creations);
}

}  // namespace

std::string v2_store_json(const Membership& membership) {
  const std::size_t count = membership.members.size();
  return fmt::format(
      R"({{"Root":{},"WatcherHub":{{"EventHistory":{}}},"CurrentIndex":{},"Stats":{},"CurrentVersion":2}})",
      root_node(membership), event_history(membership), count, statistics(count));
}

}  // namespace holdfast::snapshot
