#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/age_text.h"
#include "cli/diff_document.h"
#include "cli/table.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

using snapshot::ChangeCounts;
using snapshot::History;
using snapshot::NameList;
using snapshot::ObjectChanges;

// Objects that come and go by themselves: counted, but nobody wants their names.
constexpr std::array<std::string_view, 4> kPassing = {"events", "events.events.k8s.io", "leases.coordination.k8s.io",
                                                      "masterleases"};

std::string counted(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string when(const DiffSide& side) {
  if (!side.time) return "";
  return fmt::format("{} {}", side.time_is_of_file ? ", file of" : ", taken", format_time(*side.time));
}

// "2h14m and 8888 revisions".
std::string lost(const DiffOutcome& outcome) {
  const repository::ClusterDifference& difference = outcome.difference;
  const std::int64_t revisions = difference.present_revision - difference.backup_revision;
  std::string text;
  if (outcome.from.time && outcome.to.time && *outcome.to.time >= *outcome.from.time)
    text = format_age(*outcome.to.time - *outcome.from.time);
  // Revisions of another history are other things.
  if (difference.keys.history == History::other || revisions < 0) return text;
  return text + (text.empty() ? "" : " and ") + counted(static_cast<std::uint64_t>(revisions), "revision");
}

void print_head(std::ostream& out, const DiffOutcome& outcome) {
  const repository::ClusterDifference& difference = outcome.difference;
  const std::string back = lost(outcome);
  out << fmt::format("A restore from {} would take back{}{}.\n", printable(outcome.from.place),
                     back.empty() ? " what follows" : " ", back);
  out << fmt::format("  backup:  revision {}{}\n", difference.backup_revision, when(outcome.from));
  out << fmt::format("  {} revision {}{}\n",
                     outcome.to.is_cluster ? "now:    " : "instead:", difference.present_revision,
                     outcome.to.is_cluster ? ", " + printable(outcome.to.place)
                                           : ", " + printable(outcome.to.place) + when(outcome.to));
  if (difference.keys.history == History::other) {
    out << fmt::format("  This is not what became of the backup: {} cannot have come from it.{}\n",
                       counted(difference.keys.contradictions, "key"),
                       difference.with_values ? " All is compared by value." : "");
  } else if (difference.keys.history == History::unknown) {
    out << "  Nothing in it shows whether it is what became of the backup.\n";
  } else if (difference.backup_revision > difference.present_revision) {
    out << "  The backup is the later one of the two.\n";
  }
}

void print_counts(std::ostream& out, const snapshot::KeyDifference& keys) {
  const ChangeCounts& counts = keys.counts;
  out << fmt::format("\n{} would vanish, {} come back, {} go back to what they were; {} stay as they are.\n",
                     counted(counts.vanishing, "key"), counts.returning, counts.reverting, keys.unchanged);
}

void add_row(Table& table, const std::string& name, const ChangeCounts& counts) {
  table.add_row(
      {name, std::to_string(counts.vanishing), std::to_string(counts.returning), std::to_string(counts.reverting)});
}

Table make_table(const std::string& title) {
  constexpr auto kRight = Table::Align::right;
  return Table({{title}, {"VANISH", kRight}, {"COME BACK", kRight}, {"GO BACK", kRight}});
}

void print_prefixes(std::ostream& out, const snapshot::CountsByName& prefixes) {
  if (prefixes.largest.empty()) return;
  Table table = make_table("KEYS UNDER");
  for (const snapshot::NamedCounts& group : prefixes.largest)
    add_row(table, group.name.empty() ? "(no /)" : group.name, group.counts);
  if (prefixes.others.groups > 0)
    add_row(table, fmt::format("({} more)", prefixes.others.groups), prefixes.others.counts);
  out << '\n';
  table.print(out);
}

std::string namespaces_text(const ObjectChanges& kind) {
  std::vector<std::string> parts;
  for (const snapshot::NamedCounts& group : kind.namespaces.largest) {
    if (parts.size() == 3) break;
    parts.push_back(fmt::format("{} ({})", group.name, group.counts.total()));
  }
  const std::uint64_t more = kind.namespaces.largest.size() - parts.size() + kind.namespaces.others.groups;
  if (more > 0) parts.push_back(fmt::format("{} more", more));
  return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, ", "));
}

void print_objects(std::ostream& out, const snapshot::KeyDifference& keys) {
  if (keys.objects.empty()) return;
  constexpr auto kRight = Table::Align::right;
  Table table({{"KUBERNETES OBJECTS"}, {"VANISH", kRight}, {"COME BACK", kRight}, {"GO BACK", kRight}, {"NAMESPACES"}});
  for (const ObjectChanges& kind : keys.objects) {
    table.add_row({kind.resource, std::to_string(kind.counts.vanishing), std::to_string(kind.counts.returning),
                   std::to_string(kind.counts.reverting), namespaces_text(kind)});
  }
  if (const auto& others = keys.other_objects; others.groups > 0) {
    table.add_row({fmt::format("({} more kinds)", others.groups), std::to_string(others.counts.vanishing),
                   std::to_string(others.counts.returning), std::to_string(others.counts.reverting), "-"});
  }
  out << '\n';
  table.print(out);
}

void print_names(std::ostream& out, const std::vector<ObjectChanges>& kinds, std::string_view title,
                 NameList ObjectChanges::* list) {
  bool first = true;
  for (const ObjectChanges& kind : kinds) {
    const NameList& names = kind.*list;
    if (names.first.empty() || std::ranges::find(kPassing, kind.resource) != kPassing.end()) continue;
    if (std::exchange(first, false)) out << '\n' << title << '\n';
    out << fmt::format("  {}: {}", printable(kind.resource),
                       printable(fmt::format("{}", fmt::join(names.first, ", "))));
    if (names.others > 0) out << fmt::format(", and {} more", names.others);
    out << '\n';
  }
}

void print_leases(std::ostream& out, const snapshot::LeaseDifference& leases) {
  if (leases.vanishing + leases.returning == 0) return;
  out << fmt::format("\n{} would vanish, {} come back with their full time to live.\n",
                     counted(leases.vanishing, "lease"), leases.returning);
}

void print_members(std::ostream& out, const std::vector<snapshot::ListedMember>& members, std::string_view what) {
  std::vector<std::string> names;
  for (const snapshot::ListedMember& member : members) {
    const std::string urls = fmt::format("{}", fmt::join(member.peer_urls, " "));
    names.push_back(fmt::format("{} ({})", member.name.empty() ? "not named yet" : member.name, urls));
  }
  if (!names.empty()) out << fmt::format("\n{}: {}\n", what, printable(fmt::format("{}", fmt::join(names, ", "))));
}

}  // namespace

void print_diff(std::ostream& out, const DiffOutcome& outcome) {
  const snapshot::KeyDifference& keys = outcome.difference.keys;
  print_head(out, outcome);
  print_counts(out, keys);
  print_prefixes(out, keys.prefixes);
  print_objects(out, keys);
  print_names(out, keys.objects, "Not in the backup: gone for the cluster, though what runs of it goes on running",
              &ObjectChanges::vanishing);
  print_names(out, keys.objects, "Deleted since: made again", &ObjectChanges::returning);
  print_names(out, keys.objects, "Changed since: as they were again", &ObjectChanges::reverting);
  print_leases(out, outcome.difference.leases);
  print_members(out, outcome.difference.members.joined, "Members that the backup does not know");
  print_members(out, outcome.difference.members.left, "Members that are gone since");
}

}  // namespace holdfast::cli
