#include "cli/restore_document.h"

#include <algorithm>

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

bool is_ip_address(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return true;
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// etcd listens on addresses and on "localhost", and refuses any other name: there, on every address of the machine.
http::Url listening(http::Url url) {
  if (url.host != "localhost" && !is_ip_address(url.host)) url.host = "0.0.0.0";
  return url;
}

std::string url_text(const http::Url& url) {
  const char* brackets = url.host.find(':') == std::string::npos ? "{}://{}:{}" : "{}://[{}]:{}";
  return fmt::format(fmt::runtime(brackets), url.scheme, url.host, url.port);
}

struct MemberUrls {
  std::vector<std::string> listen_peer;
  std::string listen_client;
  std::string advertise_client;
  bool tls = false;
};

// The client URLs are those of the first peer URL with etcd's client port.
MemberUrls urls_of(const snapshot::MemberSpec& spec) {
  constexpr int kClientPort = 2379;
  MemberUrls urls;
  for (const std::string& text : spec.peer_urls) {
    const auto peer = http::parse_url(text);
    if (!peer) continue;  // cannot be: the membership was made of these
    const std::string listen = url_text(listening(*peer));
    if (std::ranges::find(urls.listen_peer, listen) == urls.listen_peer.end()) urls.listen_peer.push_back(listen);
    urls.tls = urls.tls || peer->scheme == "https";
    if (!urls.advertise_client.empty()) continue;
    http::Url client = *peer;
    client.port = kClientPort;
    urls.advertise_client = url_text(client);
    urls.listen_client = url_text(listening(client));
  }
  return urls;
}

// Which files they are only the reader knows.
constexpr std::string_view kTlsFlags =
    " --cert-file SERVER.crt --key-file SERVER.key --trusted-ca-file CA.crt --client-cert-auth"
    " --peer-cert-file PEER.crt --peer-key-file PEER.key --peer-trusted-ca-file PEER-CA.crt --peer-client-cert-auth";

}  // namespace

std::string start_command(const snapshot::RestoredMember& member, const snapshot::Membership& membership) {
  const snapshot::MemberSpec* spec = membership.find(member.name);
  const MemberUrls urls = spec == nullptr ? MemberUrls{} : urls_of(*spec);
  std::string command =
      fmt::format("etcd --name {} --data-dir {}", shell_word(member.name), shell_word(member.data_dir));
  if (!member.wal_dir.empty()) command += " --wal-dir " + shell_word(member.wal_dir);
  command += fmt::format(" --listen-peer-urls {} --listen-client-urls {} --advertise-client-urls {}",
                         shell_word(fmt::format("{}", fmt::join(urls.listen_peer, ","))),
                         shell_word(urls.listen_client), shell_word(urls.advertise_client));
  if (urls.tls) command += kTlsFlags;
  return command;
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
