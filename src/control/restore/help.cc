#include "control/restore/help.h"

#include <fmt/format.h>

#include "control/restore/members.h"

namespace holdfast::control {
namespace {

std::string host_of(const MemberRecord& member) {
  return member.host.empty() ? "its host" : member.host;
}

std::string help_for(const Deciding& deciding, const MemberRecord& member) {
  if (is_silent(deciding.view, member, deciding.now))
    return fmt::format("no word from the launcher of {0}; on {1} run: systemctl start holdfast-launcher", member.name,
                       host_of(member));
  if (has_done(member, OrderType::start))
    return fmt::format("{} holds something else than was staged; on {} look at: journalctl -u holdfast-launcher",
                       member.name, host_of(member));
  const std::string why = member.order.message.empty() ? "nothing moves" : member.order.message;
  return fmt::format("{0} does not get through {1} ({2}); on {3} look at: journalctl -u holdfast-launcher", member.name,
                     name_of(member.order.type), why, host_of(member));
}

}  // namespace

std::string help_for_members(const Deciding& deciding, const std::function<bool(const MemberRecord&)>& which) {
  std::string text;
  for (const MemberRecord& each : deciding.record.members) {
    if (!which(each)) continue;
    if (!text.empty()) text += ". ";
    text += help_for(deciding, each);
  }
  return text;
}

std::string undo_command(const RestoreView& view) {
  return fmt::format("kubectl patch etcdrestore {} -n {} --type merge -p '{{\"spec\":{{\"undo\":true}}}}'", view.name,
                     view.name_space);
}

}  // namespace holdfast::control
