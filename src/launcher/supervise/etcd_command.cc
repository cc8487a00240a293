#include "launcher/supervise/etcd_command.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "launcher/supervise/extra_flags.h"

#include "snapshot/peer_url.h"

namespace holdfast::launcher {
namespace {

constexpr std::array kLogLevels{"debug", "info", "warn", "error", "panic", "fatal"};

// Where programs and certificates lie, the time zone, and what the Go runtime reads. Not the proxies: etcd would send
// what it says to its peers through them. ETCD_UNSUPPORTED_ARCH is the only way to run etcd 3.4 on arm64.
constexpr std::array kPassedOn{"PATH", "TZ",         "SSL_CERT_FILE", "SSL_CERT_DIR", "GODEBUG",
                               "GOGC", "GOMAXPROCS", "GOMEMLIMIT",    "GOTRACEBACK",  "ETCD_UNSUPPORTED_ARCH"};

Status check_text(std::string_view what, std::string_view text) {
  if (text.empty()) return fail(Code::usage, "{} is empty", what);
  const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; };
  if (std::any_of(text.begin(), text.end(), control)) return fail(Code::usage, "{} holds a control character", what);
  return {};
}

Status check_path(std::string_view what, std::string_view path) {
  HF_TRY(check_text(what, path));
  if (path.front() != '/') return fail(Code::usage, "{} is no absolute path: {}", what, path);
  return {};
}

Status check_member_name(std::string_view name) {
  HF_TRY(check_text("the name of a member", name));
  if (name.find_first_of(",= ") != std::string_view::npos)
    return fail(Code::usage, "the name of a member holds a comma, an equals sign or a space: {}", name);
  return {};
}

// The rules for client URLs are those for peer URLs: etcd reads both with the same function.
Result<std::string> url_list(std::string_view what, const std::vector<std::string>& urls) {
  std::vector<std::string> checked;
  for (const std::string& url : urls) {
    auto normal = snapshot::normalize_peer_url(url);
    if (!normal) return in_context(std::move(normal).error(), "{}", what);
    if (normal->find(',') != std::string::npos) return fail(Code::usage, "{} holds a comma: {}", what, *normal);
    checked.push_back(std::move(*normal));
  }
  if (checked.empty()) return fail(Code::usage, "no {}", what);
  return fmt::format("{}", fmt::join(checked, ","));
}

class Arguments {
 public:
  void add(std::string_view flag, std::string_view value) { words_.push_back(fmt::format("--{}={}", flag, value)); }
  Status add_urls(std::string_view flag, std::string_view what, const std::vector<std::string>& urls) {
    HF_ASSIGN(const std::string list, url_list(what, urls));
    add(flag, list);
    return {};
  }
  // `prefix` is "" or "peer-". `secure` URLs are there, others too or not.
  Status add_tls(std::string_view prefix, std::string_view whose, const TlsFiles& tls, bool secure);
  std::vector<std::string> take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

Status Arguments::add_tls(std::string_view prefix, std::string_view whose, const TlsFiles& tls, bool secure) {
  const bool given = !tls.certificate.empty() || !tls.key.empty() || !tls.ca.empty();
  if (!given && !secure) return {};
  if (!given) return fail(Code::usage, "{} URLs are https and there is no certificate for them", whose);
  // etcd would only warn, and speak in the clear.
  if (!secure) return fail(Code::usage, "there is a certificate for {} URLs and none of them is https", whose);
  HF_TRY(check_path(fmt::format("the certificate for {} URLs", whose), tls.certificate));
  HF_TRY(check_path(fmt::format("the key for {} URLs", whose), tls.key));
  add(fmt::format("{}cert-file", prefix), tls.certificate);
  add(fmt::format("{}key-file", prefix), tls.key);
  if (tls.ca.empty()) return {};
  HF_TRY(check_path(fmt::format("the CA for {} URLs", whose), tls.ca));
  add(fmt::format("{}trusted-ca-file", prefix), tls.ca);
  add(fmt::format("{}client-cert-auth", prefix), "true");
  return {};
}

bool any_secure(std::initializer_list<const std::vector<std::string>*> lists) {
  for (const auto* urls : lists) {
    for (const std::string& url : *urls) {
      const auto normal = snapshot::normalize_peer_url(url);
      if (normal && (normal->starts_with("https:") || normal->starts_with("unixs:"))) return true;
    }
  }
  return false;
}

// etcd compares this member's entries with the URLs it advertises, and does not start when they differ.
Result<std::string> initial_cluster(const EtcdSettings& settings) {
  std::vector<std::string> entries;
  std::set<std::string> own;
  std::set<std::string> advertised;
  for (const InitialMember& member : settings.initial_cluster) {
    HF_TRY(check_member_name(member.name));
    HF_ASSIGN(const std::string url, url_list("peer URL of the initial cluster", {member.peer_url}));
    entries.push_back(fmt::format("{}={}", member.name, url));
    if (member.name == settings.name) own.insert(url);
  }
  for (const std::string& url : settings.advertise_peer_urls) {
    HF_ASSIGN(std::string normal, url_list("advertised peer URL", {url}));
    advertised.insert(std::move(normal));
  }
  if (own != advertised) {
    return fail(Code::usage, "the initial cluster gives {} the peer URLs [{}], and it advertises [{}]", settings.name,
                fmt::join(own, ","), fmt::join(advertised, ","));
  }
  return fmt::format("{}", fmt::join(entries, ","));
}

Status add_urls(Arguments& arguments, const EtcdSettings& settings) {
  HF_TRY(arguments.add_urls("listen-peer-urls", "peer URL to listen on", settings.listen_peer_urls));
  HF_TRY(arguments.add_urls("initial-advertise-peer-urls", "advertised peer URL", settings.advertise_peer_urls));
  HF_TRY(arguments.add_urls("listen-client-urls", "client URL to listen on", settings.listen_client_urls));
  HF_TRY(arguments.add_urls("advertise-client-urls", "advertised client URL", settings.advertise_client_urls));
  if (settings.metrics_urls.empty()) return {};
  return arguments.add_urls("listen-metrics-urls", "metrics URL", settings.metrics_urls);
}

Status add_cluster(Arguments& arguments, const EtcdSettings& settings) {
  HF_ASSIGN(const std::string cluster, initial_cluster(settings));
  HF_TRY(check_text("the token of the initial cluster", settings.initial_token));
  arguments.add("initial-cluster", cluster);
  arguments.add("initial-cluster-state", settings.initial_state == InitialState::created ? "new" : "existing");
  arguments.add("initial-cluster-token", settings.initial_token);
  return {};
}

Status add_log(Arguments& arguments, const EtcdSettings& settings) {
  if (std::find(kLogLevels.begin(), kLogLevels.end(), settings.log_level) == kLogLevels.end()) {
    return fail(Code::usage, "no log level of etcd: \"{}\"; it has {}", settings.log_level,
                fmt::join(kLogLevels, ", "));
  }
  // Said, because 3.4 has another default for the first, and every version looks for journald for the second.
  arguments.add("logger", "zap");
  arguments.add("log-outputs", "stderr");
  arguments.add("log-level", settings.log_level);
  return {};
}

}  // namespace

Result<EtcdCommand> etcd_command(const EtcdSettings& settings, const os::Environment& own) {
  HF_TRY(check_path("the program", settings.program));
  HF_TRY(check_member_name(settings.name));
  HF_TRY(check_path("the data directory", settings.data_dir));
  Arguments arguments;
  arguments.add("name", settings.name);
  arguments.add("data-dir", settings.data_dir);
  HF_TRY(add_urls(arguments, settings));
  HF_TRY(add_cluster(arguments, settings));
  const bool secure_clients = any_secure({&settings.listen_client_urls, &settings.metrics_urls});
  HF_TRY(arguments.add_tls("", "client", settings.client_tls, secure_clients));
  HF_TRY(arguments.add_tls("peer-", "peer", settings.peer_tls, any_secure({&settings.listen_peer_urls})));
  if (settings.quota) arguments.add("quota-backend-bytes", fmt::format("{}", *settings.quota));
  HF_TRY(add_log(arguments, settings));
  HF_ASSIGN(const std::vector<std::string> extra, checked_extra_flags(settings.extra_flags));
  EtcdCommand command{.program = settings.program, .arguments = arguments.take(), .environment = {}};
  command.arguments.insert(command.arguments.end(), extra.begin(), extra.end());
  for (const char* name : kPassedOn) {
    if (auto value = own.get(name)) command.environment.emplace(name, std::move(*value));
  }
  return command;
}

}  // namespace holdfast::launcher
