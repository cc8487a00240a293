#include "launcher/agent/enrolment.h"

#include "client/resource_kind.h"

#include "api/rules.h"

namespace holdfast::launcher {
namespace {

// Where the server is, with nobody's credentials.
client::Connection nobody_at(const client::Connection& server) {
  client::Connection connection = server;
  connection.certificate_pem.clear();
  connection.key_pem = Secret();
  connection.token = Secret();
  connection.token_file.clear();
  connection.act_as.clear();
  connection.act_as_groups.clear();
  return connection;
}

}  // namespace

std::string path_of(const api::LauncherName& launcher, std::string_view plural, std::string_view name) {
  client::Resource resource;
  resource.kind.group = "holdfast.dev";
  resource.kind.version = "v1";
  resource.kind.plural = plural;
  resource.name_space = api::cluster_namespace(launcher.cluster);
  resource.name = name;
  return resource.path();
}

Result<bool> Enrolment::has_credential() {
  HF_ASSIGN(const auto whose, state_.whose());
  if (!whose) return false;
  if (*whose == parts_.launcher) return true;
  return with_hint(
      fail(Code::usage, "the state directory is that of the launcher {} of cluster {}", whose->name, whose->cluster),
      "give this launcher another one with --state-dir");
}

client::Connection Enrolment::connection() const {
  client::Connection connection = nobody_at(parts_.server);
  connection.token_file = state_.token_file();
  return connection;
}

Status Enrolment::ask_for_credential(client::Connection connection, const std::stop_token& stop) {
  HF_ASSIGN(const std::string id, state_.id(parts_.launcher, parts_.machine_id, random_));
  HF_ASSIGN(const Secret token, state_.next_token(parts_.launcher, random_));
  const json::Object digest{{"sha256", api::launcher_token_digest(token.reveal())}};
  const json::Object body{{"apiVersion", "holdfast.dev/v1"},
                          {"kind", "Launcher"},
                          {"spec", json::Object{{"cluster", parts_.launcher.cluster}, {"member", parts_.member}}},
                          {"status", json::Object{{"id", id}, {"credentials", json::Array{digest}}}}};
  const auto client = parts_.make_client(std::move(connection));
  HF_TRY(client->ask(
      {.method = "POST",
       .path = fmt::format("{}/{}", path_of(parts_.launcher, "launchers", parts_.launcher.name), api::kCredential),
       .content_type = "application/json",
       .body = json::to_string(body)},
      stop));
  return state_.take_next_token();
}

Status Enrolment::join(const std::stop_token& stop) {
  client::Connection connection = nobody_at(parts_.server);
  connection.token_file = parts_.join_token_file;
  auto joined = ask_for_credential(std::move(connection), stop);
  if (!joined)
    return in_context(std::move(joined).error(), "register {} as launcher of cluster {}", parts_.launcher.name,
                      parts_.launcher.cluster);
  return {};
}

bool Enrolment::is_renewal_due() {
  const auto made = state_.token_time();
  if (!made || !*made) return false;
  const WallTime now = clock_.now();
  return now - **made >= parts_.renew_after || **made > now + parts_.renew_after;
}

Status Enrolment::renew(const std::stop_token& stop) {
  auto renewed = ask_for_credential(connection(), stop);
  if (!renewed) return in_context(std::move(renewed).error(), "ask for the next credential");
  return {};
}

}  // namespace holdfast::launcher
