#include "control/restore/preflight.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/units.h"
#include "control/restore/members.h"

namespace holdfast::control {
namespace {

using Level = Finding::Level;

void judge_member(const RestoreView& view, const MemberView& member, Instant now, std::vector<Finding>& findings) {
  if (time_since(view, member.heard.value_or(kFirstInstant), now) > view.limits.silent) {
    findings.push_back({Level::error, "LauncherSilent",
                        fmt::format("no word from the launcher of {} on {}", member.name, member.host)});
  }
  const std::uint64_t needed = view.preflight->needed_bytes;
  if (member.free_bytes && *member.free_bytes < needed) {
    findings.push_back({Level::error, "TooLittleRoom",
                        fmt::format("{} has {} free beside its data and needs {}", member.name,
                                    format_bytes(*member.free_bytes), format_bytes(needed))});
  }
  if (member.clock_ahead && std::chrono::abs(*member.clock_ahead) > view.limits.clock) {
    findings.push_back(
        {Level::warning, "ClockOff",
         fmt::format("the clock of {} is {} s {}", member.name, std::chrono::abs(*member.clock_ahead).count(),
                     *member.clock_ahead > Seconds(0) ? "ahead" : "behind")});
  }
  if (member.version != view.members.front().version) {
    findings.push_back({Level::warning, "VersionsDiffer",
                        fmt::format("{} runs etcd {}, {} runs {}", member.name, member.version,
                                    view.members.front().name, view.members.front().version)});
  }
}

void judge_revision(const RestoreView& view, std::vector<Finding>& findings) {
  const auto target = target_revision(view);
  if (!target) {
    findings.push_back(
        {Level::error, "RevisionTooLarge", "the revision cannot be raised any further; set revisionBump"});
    return;
  }
  if (!view.live_revision) return;
  if (view.spec.bump.kind == RevisionBump::Kind::off) {
    if (view.preflight->backup_revision < *view.live_revision)
      findings.push_back({Level::warning, "TimeRunsBackwards",
                          fmt::format("the revision goes from {} back to {}: restart whatever watches etcd",
                                      *view.live_revision, view.preflight->backup_revision)});
  } else if (*target <= *view.live_revision) {
    findings.push_back({Level::error, "RevisionNotAhead",
                        fmt::format("revisionBump leads to revision {}, and etcd is at {}; leave it at auto", *target,
                                    *view.live_revision)});
  }
}

}  // namespace

std::string members_without_launcher(const RestoreView& view) {
  if (view.members.empty()) return "any member";
  std::string names;
  for (const std::string& each : view.etcd_members) {
    if (find_member(view, each) != nullptr) continue;
    if (!names.empty()) names += ", ";
    names += each;
  }
  return names;
}

std::vector<Finding> preflight_findings(const RestoreView& view, Instant now) {
  std::vector<Finding> findings;
  if (!view.preflight) return findings;
  findings = view.preflight->findings;
  for (const MemberView& each : view.members)
    judge_member(view, each, now, findings);
  const std::string missing = members_without_launcher(view);
  if (!missing.empty()) findings.push_back({Level::error, "LauncherMissing", "there is no launcher of " + missing});
  judge_revision(view, findings);
  return findings;
}

std::optional<std::int64_t> target_revision(const RestoreView& view) {
  const std::int64_t of_backup = view.preflight ? view.preflight->backup_revision : 0;
  const auto raised = [](std::int64_t from, std::int64_t by) -> std::optional<std::int64_t> {
    if (by < 0 || from > std::numeric_limits<std::int64_t>::max() - by) return std::nullopt;
    return from + by;
  };
  switch (view.spec.bump.kind) {
    case RevisionBump::Kind::off:
      return 0;
    case RevisionBump::Kind::by:
      return raised(of_backup, view.spec.bump.by);
    case RevisionBump::Kind::automatic:
      break;
  }
  return raised(std::max(of_backup, view.live_revision.value_or(0)), kRevisionBump);
}

}  // namespace holdfast::control
