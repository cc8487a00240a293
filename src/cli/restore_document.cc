#include "cli/restore_document.h"

#include <fmt/format.h>

#include "cli/fact_sheets.h"
#include "cli/table.h"
#include "http/url.h"

namespace holdfast::cli {
namespace {

// "'it''s'" for shells, when it needs quotes at all.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kHarmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=@%+[]";
  if (!text.empty() && text.find_first_not_of(kHarmless) == std::string::npos) return text;
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

// The peer URL with etcd's client port instead of its own.
std::string client_url(const std::string& peer_url) {
  const std::size_t host = peer_url.find("://");
  const std::size_t colon = peer_url.rfind(':');
  if (host == std::string::npos || colon <= host) return peer_url;
  return peer_url.substr(0, colon) + ":2379";
}

}  // namespace

std::string start_command(const snapshot::RestoredMember& member, const snapshot::Membership& membership) {
  const snapshot::MemberSpec* spec = membership.find(member.name);
  std::string peers;
  std::string clients;
  if (spec != nullptr && !spec->peer_urls.empty()) {
    peers = fmt::format("{}", fmt::join(spec->peer_urls, ","));
    clients = client_url(spec->peer_urls.front());
  }
  return fmt::format(
      "etcd --name {} --data-dir {} --listen-peer-urls {} --listen-client-urls {} --advertise-client-urls {}",
      shell_word(member.name), shell_word(member.data_dir), shell_word(peers), shell_word(clients),
      shell_word(clients));
}

json::Value restore_document(const RestoreOutcome& outcome) {
  json::Array members;
  for (const snapshot::RestoredMember& member : outcome.report.members) {
    members.emplace_back(json::Object{{"name", member.name},
                                      {"memberId", id_text(member.member_id)},
                                      {"dataDir", member.data_dir},
                                      {"startCommand", start_command(member, outcome.membership)}});
  }
  json::Array warnings;
  for (const std::string& warning : outcome.report.warnings)
    warnings.emplace_back(warning);
  return json::Object{{"place", outcome.place},
                      {"clusterId", id_text(outcome.report.cluster_id)},
                      {"clusterToken", outcome.membership.token},
                      {"members", std::move(members)},
                      {"revision", outcome.report.revision},
                      {"databaseSize", outcome.report.database_size},
                      {"snapshotSize", outcome.report.snapshot_size},
                      {"databaseSha256", outcome.report.sha256},
                      {"warnings", std::move(warnings)}};
}

void print_restore(std::ostream& out, const RestoreOutcome& outcome) {
  const snapshot::RestoreReport& report = outcome.report;
  FactSheet facts;
  facts.add("restored", outcome.place);
  facts.add("revision", std::to_string(report.revision));
  facts.add("database", exact_bytes(report.database_size));
  facts.add("cluster id", id_text(report.cluster_id));
  for (const snapshot::RestoredMember& member : report.members) {
    facts.add("member", fmt::format("{} ({}) in {}", member.name, id_text(member.member_id), member.data_dir));
  }
  facts.print(out);
  out << "\nStart etcd with these directories, on the machines of the members:\n";
  for (const snapshot::RestoredMember& member : report.members) {
    out << "  " << start_command(member, outcome.membership) << '\n';
  }
}

}  // namespace holdfast::cli
