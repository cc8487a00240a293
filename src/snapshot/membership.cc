#include "snapshot/membership.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/ranges.h>

#include "base/utf8.h"
#include "snapshot/member_id.h"
#include "snapshot/peer_url.h"
#include "snapshot/text.h"

namespace holdfast::snapshot {
namespace {

using UrlsByName = std::map<std::string, std::vector<std::string>, std::less<>>;

Status check_name(std::string_view name, std::string_view entry) {
  if (name.empty()) return fail(Code::usage, "entry \"{}\" of the initial cluster has no member name", entry);
  if (trim(name) != name) {
    return with_hint(fail(Code::usage, "member name \"{}\" in the initial cluster has white space around it", name),
                     "remove the spaces around the commas and equals signs");
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(name.begin(), name.end(), is_control) || !is_utf8(name)) {
    return fail(Code::usage, "a member name in the initial cluster has a control character or is not UTF-8");
  }
  return {};
}

Result<UrlsByName> urls_by_name(std::string_view initial_cluster) {
  UrlsByName members;
  std::set<std::string> seen;
  for (const std::string_view entry : split(initial_cluster, ',')) {
    if (trim(entry).empty()) continue;
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos) {
      return fail(Code::usage, "entry \"{}\" of the initial cluster does not have the form name=url", entry);
    }
    const std::string_view name = entry.substr(0, equals);
    HF_TRY(check_name(name, entry));
    HF_ASSIGN(std::string url, normalize_peer_url(entry.substr(equals + 1)));
    if (!seen.insert(url).second) return fail(Code::usage, "peer URL {} occurs twice in the initial cluster", url);
    members[std::string(name)].push_back(std::move(url));
  }
  if (members.empty()) return fail(Code::usage, "the initial cluster names no member");
  if (members.size() > kMaxMembers) {
    return fail(Code::usage, "the initial cluster has {} members, more than {}", members.size(), kMaxMembers);
  }
  return members;
}

}  // namespace

const MemberSpec* Membership::find(std::string_view name) const {
  const auto it = std::find_if(members.begin(), members.end(), [&](const MemberSpec& m) { return m.name == name; });
  return it == members.end() ? nullptr : &*it;
}

Result<Membership> parse_membership(std::string_view initial_cluster, std::string_view token) {
  HF_ASSIGN(UrlsByName by_name, urls_by_name(initial_cluster));
  Membership result;
  result.token = token;
  for (auto& [name, urls] : by_name) {
    std::sort(urls.begin(), urls.end());
    const std::uint64_t id = member_id(urls, token);
    result.members.push_back({.name = name, .peer_urls = std::move(urls), .id = id});
  }
  std::sort(result.members.begin(), result.members.end(),
            [](const MemberSpec& a, const MemberSpec& b) { return a.id < b.id; });
  std::vector<std::uint64_t> ids;
  for (const MemberSpec& member : result.members) {
    // Raft keeps id 0 for "nobody".
    if (member.id == 0 || (!ids.empty() && ids.back() == member.id)) {
      return with_hint(
          fail(Code::usage, "member {} has the impossible or repeated id {}", member.name, id_text(member.id)),
          "choose another cluster token");
    }
    ids.push_back(member.id);
  }
  result.cluster_id = cluster_id(ids);
  return result;
}

Status check_advertised(const Membership& membership, std::string_view name, std::string_view advertised) {
  const MemberSpec* member = membership.find(name);
  if (member == nullptr) return fail(Code::usage, "the initial cluster has no member named {}", name);
  HF_ASSIGN(const auto urls, parse_peer_urls(advertised));
  if (urls == member->peer_urls) return {};
  return with_hint(fail(Code::usage, "member {} advertises {} but the initial cluster gives it {}", name,
                        fmt::join(urls, ","), fmt::join(member->peer_urls, ",")),
                   "make --initial-advertise-peer-urls the URLs that --initial-cluster has for this member");
}

}  // namespace holdfast::snapshot
