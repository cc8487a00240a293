#include "server/members.h"

#include <algorithm>
#include <utility>

#include "server/standing.h"

#include "api/fields.h"
#include "registry/admission.h"

namespace holdfast::server {
namespace {

// The hub is a few milliseconds behind the store; when it is further behind than that, we read ourselves.
constexpr Duration kPause = std::chrono::milliseconds(1);
constexpr int kPauses = 20;

bool is_member(const api::Kind& kind) {
  return kind.plural == "members" && kind.group_version.group == "holdfast.dev";
}

void give(Standing& standing, std::string_view role, const std::string& project) {
  if (role == "admin") standing.admin = true;
  Role& own = standing.projects[project];
  own = std::max(own, role_named(role));
}

}  // namespace

std::shared_ptr<Members> Members::start(registry::Registry& registry, registry::WatchHub& hub, os::Clock& clock) {
  std::shared_ptr<Members> members(new Members(registry, hub, clock));
  hub.observe(members);
  return members;
}

bool Members::wait_for(store::Revision revision) {
  for (int i = 0; i < kPauses; ++i) {
    if (hub_.through() >= revision) return true;
    clock_.sleep_for(kPause, {});
  }
  return hub_.through() >= revision;
}

api::ApiResult<Standing> Members::of(const User& user) {
  const auto now = registry_.store().revision();
  if (!now) return tl::unexpected(api::internal_error(now.error()));
  const bool told = wait_for(*now);
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::known && (told || read_at_ >= *now)) return look_up(user);
  }
  return read(user);
}

api::ApiResult<Standing> Members::read(const User& user) {
  bool loads = false;
  {
    const std::lock_guard lock(mutex_);
    loads = state_ == State::unknown;
    if (loads) state_ = State::loading;
  }
  const api::Kind* kind = registry_.kinds().find("holdfast.dev", "v1", "members");
  std::vector<json::Value> all;
  const auto end = registry_.list(*kind, {}, [&](json::Value member) { all.push_back(std::move(member)); });
  const std::lock_guard lock(mutex_);
  if (!end) {
    if (loads && state_ == State::loading) state_ = State::unknown;
    return tl::unexpected(end.error());
  }
  Standing standing;
  for (const json::Value& each : all) {
    if (is_about(each, user))
      give(standing, api::text_at(each, {"spec", "role"}), std::string(api::text_at(each, {"spec", "project"})));
  }
  if (!loads || state_ != State::loading) return standing;
  members_.clear();
  by_user_.clear();
  by_group_.clear();
  for (const json::Value& each : all)
    put(each);
  read_at_ = end->revision;
  state_ = State::known;
  for (const auto& event : std::exchange(meanwhile_, {}))
    apply(*event);
  return standing;
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

void Members::apply(const registry::ObjectEvent& event) {
  if (event.revision <= read_at_) return;
  take_out(event.id.name);
  if (event.now) put(*event.now);
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

bool Members::on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) {
  if (!is_member(*event->kind)) return true;
  const std::lock_guard lock(mutex_);
  if (state_ == State::loading) meanwhile_.push_back(event);
  if (state_ == State::known) apply(*event);
  return true;
}

bool Members::on_progress(store::Revision) {
  return true;
}

// What changed is not known: they are read anew.
void Members::on_end(const api::ApiError&) {
  const std::lock_guard lock(mutex_);
  state_ = State::unknown;
  meanwhile_.clear();
}

}  // namespace holdfast::server
