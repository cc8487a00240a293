#include "server/members.h"

#include <algorithm>
#include <utility>

#include "api/fields.h"
#include "registry/admission.h"
#include "registry/codec.h"
#include "registry/keys.h"

namespace holdfast::server {
namespace {

// With an etcd the news come a moment after the revision; when it is more than a moment, we read ourselves.
constexpr Duration kPause = std::chrono::milliseconds(1);
constexpr int kTries = 20;
constexpr std::size_t kBatch = 1000;

void give(Standing& standing, std::string_view role, const std::string& project) {
  if (role == "admin") standing.admin = true;
  if (role == "metrics") standing.metrics = true;
  Role& own = standing.projects[project];
  own = std::max(own, role_named(role));
}

}  // namespace

Members::Members(registry::Registry& registry, os::Clock& clock)
    : registry_(registry), clock_(clock), kind_(*registry.kinds().find("holdfast.dev", "v1", "members")) {}

api::ApiResult<Standing> Members::of(const User& user) {
  const auto now = registry_.store().revision();
  if (!now) return tl::unexpected(api::internal_error(now.error()));
  const auto reached = catch_up(*now);
  if (!reached) return tl::unexpected(api::internal_error(reached.error()));
  const std::lock_guard lock(mutex_);
  if (!*reached) {
    if (auto read = read_all(); !read) return tl::unexpected(std::move(read).error());
  }
  return look_up(user);
}

Result<bool> Members::catch_up(store::Revision revision) {
  for (int tries = 0; tries < kTries; ++tries) {
    {
      const std::lock_guard lock(mutex_);
      if (!known_) return false;
      HF_ASSIGN(const bool reached, take_events(revision));
      if (reached || !known_) return reached;
    }
    clock_.sleep_for(kPause, {});
  }
  return false;
}

Result<bool> Members::take_events(store::Revision revision) {
  while (through_ < revision) {
    const store::Revision before = through_;
    const store::EventRequest request{.prefix = registry::kind_prefix(kind_), .after = through_, .limit = kBatch};
    HF_ASSIGN(const store::Events news, registry_.store().events(request, Duration::zero(), {}));
    if (news.expired) {
      known_ = false;
      return false;
    }
    for (const store::Event& event : news.events) {
      const auto parts = registry::parse_key(event.key);
      if (!parts) continue;
      take_out(std::string(parts->name));
      if (!event.entry) continue;
      HF_ASSIGN(const json::Value member, registry::decode_entry(kind_, *event.entry));
      put(member);
    }
    through_ = news.through;
    if (through_ == before) return false;
  }
  return true;
}

api::ApiResult<void> Members::read_all() {
  known_ = false;
  members_.clear();
  by_user_.clear();
  by_group_.clear();
  const auto end = registry_.list(kind_, {}, [&](const json::Value& member) { put(member); });
  if (!end) return tl::unexpected(end.error());
  through_ = end->revision;
  known_ = true;
  return {};
}

void Members::put(const json::Value& member) {
  const std::string name = registry::id_of(member).name;
  const auto text = [&](std::string_view field) { return std::string(api::text_at(member, {"spec", field})); };
  Given given{.user = text("user"), .group = text("group"), .project = text("project"), .role = text("role")};
  if (!given.user.empty()) by_user_[given.user].insert(name);
  if (!given.group.empty()) by_group_[given.group].insert(name);
  members_[name] = std::move(given);
}

void Members::take_out(const std::string& name) {
  const auto found = members_.find(name);
  if (found == members_.end()) return;
  const auto forget = [&](auto& index, const std::string& key) {
    const auto at = index.find(key);
    if (at == index.end()) return;
    at->second.erase(name);
    if (at->second.empty()) index.erase(at);
  };
  forget(by_user_, found->second.user);
  forget(by_group_, found->second.group);
  members_.erase(found);
}

Standing Members::look_up(const User& user) const {
  Standing standing;
  const auto take = [&](const auto& index, std::string_view key) {
    const auto found = index.find(key);
    if (found == index.end()) return;
    for (const std::string& name : found->second) {
      const Given& given = members_.find(name)->second;
      give(standing, given.role, given.project);
    }
  };
  take(by_user_, user.name);
  for (const std::string& group : user.groups)
    take(by_group_, group);
  return standing;
}

}  // namespace holdfast::server
