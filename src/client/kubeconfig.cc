#include "client/kubeconfig.h"

#include "client/manifest.h"

#include "api/fields.h"
#include "base/bytes.h"
#include "base/units.h"
#include "http/url.h"

namespace holdfast::client {
namespace {

constexpr std::size_t kMostKubeconfigBytes = kMiB;
constexpr std::size_t kMostPemBytes = kMiB;

std::string text_of(const json::Value& value, std::string_view name) {
  return std::string(api::text_at(value, {name}));
}

std::string complete(std::string path, const std::string& kubeconfig) {
  if (path.empty() || path.starts_with('/')) return path;
  return os::join_path(os::parent_path(kubeconfig), path);
}

// The text behind "…-data", or nothing when there is none.
Result<std::string> decoded(const json::Value& value, std::string_view name) {
  const std::string text = text_of(value, name);
  Bytes bytes;
  if (!from_base64(text, true, bytes)) return fail(Code::usage, "{} is no base64", name);
  std::string plain(as_text(bytes));
  return plain;
}

Result<KubeCluster> read_cluster(const json::Value& value, const std::string& path) {
  KubeCluster cluster;
  cluster.server = text_of(value, "server");
  cluster.authority_file = complete(text_of(value, "certificate-authority"), path);
  HF_ASSIGN(cluster.authority_pem, decoded(value, "certificate-authority-data"));
  cluster.tls_server_name = text_of(value, "tls-server-name");
  cluster.proxy = text_of(value, "proxy-url");
  cluster.insecure_skip_verify = api::flag_at(value, {"insecure-skip-tls-verify"});
  return cluster;
}

std::string why_unusable(const json::Value& user) {
  if (api::field_at(user, {"exec"}) != nullptr)
    return "gets its credentials from another program (exec), and this program runs none from a kubeconfig";
  if (api::field_at(user, {"auth-provider"}) != nullptr) return "gets its credentials from an auth-provider";
  if (api::field_at(user, {"username"}) != nullptr)
    return "is a user name with a password, which the server does not take";
  if (api::field_at(user, {"as-uid"}) != nullptr || api::field_at(user, {"as-user-extra"}) != nullptr)
    return "acts as somebody with a uid or extra fields, which the server does not know";
  return "";
}

Result<KubeUser> read_user(const json::Value& value, const std::string& path) {
  KubeUser user;
  user.certificate_file = complete(text_of(value, "client-certificate"), path);
  HF_ASSIGN(user.certificate_pem, decoded(value, "client-certificate-data"));
  user.key_file = complete(text_of(value, "client-key"), path);
  HF_ASSIGN(const std::string key, decoded(value, "client-key-data"));
  user.key_pem = Secret(key);
  user.token = Secret(text_of(value, "token"));
  user.token_file = complete(text_of(value, "tokenFile"), path);
  user.act_as = text_of(value, "as");
  if (const json::Array* groups = api::array_at(value, {"as-groups"})) {
    for (const json::Value& group : *groups) {
      if (group.is_string()) user.act_as_groups.emplace_back(group.get_string());
    }
  }
  user.unusable = why_unusable(value);
  return user;
}

Result<KubeContext> read_context(const json::Value& value, const std::string&) {
  return KubeContext{
      .cluster = text_of(value, "cluster"), .user = text_of(value, "user"), .name_space = text_of(value, "namespace")};
}

// [{name: …, cluster: {…}}, …]; of two with one name the first counts, as everywhere.
template <class T>
Status read_named(const json::Value& document, std::string_view list, std::string_view member, const std::string& path,
                  Result<T> (*read)(const json::Value&, const std::string&), std::map<std::string, T>& into) {
  const json::Value* entries = api::field_at(document, {list});
  if (entries == nullptr || entries->is_null()) return {};
  if (!entries->is_array()) return fail(Code::usage, "{} is not a list", list);
  for (const json::Value& entry : entries->get_array()) {
    const std::string name = text_of(entry, "name");
    if (name.empty()) return fail(Code::usage, "an entry of {} has no name", list);
    const json::Value* value = api::field_at(entry, {member});
    const json::Value none = json::Object();
    auto one = read(value == nullptr ? none : *value, path);
    if (!one) return in_context(std::move(one).error(), "{} \"{}\"", member, name);
    into.emplace(name, std::move(*one));
  }
  return {};
}

Result<Kubeconfig> read_config(const json::Value& document, const std::string& path) {
  if (!document.is_object()) return fail(Code::usage, "not a mapping from names to values");
  Kubeconfig config;
  HF_TRY(read_named<KubeCluster>(document, "clusters", "cluster", path, read_cluster, config.clusters));
  HF_TRY(read_named<KubeUser>(document, "users", "user", path, read_user, config.users));
  HF_TRY(read_named<KubeContext>(document, "contexts", "context", path, read_context, config.contexts));
  config.current_context = text_of(document, "current-context");
  return config;
}

Result<std::string> read_pem(os::FileSystem& files, const std::string& path, const std::string& inline_pem) {
  if (!inline_pem.empty() || path.empty()) return inline_pem;
  HF_ASSIGN(const Bytes bytes, os::read_file(files, path, kMostPemBytes));
  std::string pem(as_text(bytes));
  return pem;
}

Status use_cluster(const KubeCluster& cluster, os::FileSystem& files, Connection& connection) {
  connection.server = cluster.server;
  connection.tls_server_name = cluster.tls_server_name;
  connection.insecure_skip_verify = cluster.insecure_skip_verify;
  connection.proxy = cluster.proxy;
  HF_ASSIGN(connection.authority_pem, read_pem(files, cluster.authority_file, cluster.authority_pem));
  return {};
}

Status use_user(const KubeUser& user, const std::string& name, os::FileSystem& files, Connection& connection) {
  if (!user.unusable.empty()) {
    return with_hint(fail(Code::usage, "user \"{}\" of the kubeconfig {}", name, user.unusable),
                     "use a client certificate or a token (\"holdfast token create\"), or give --token-file");
  }
  HF_ASSIGN(connection.certificate_pem, read_pem(files, user.certificate_file, user.certificate_pem));
  HF_ASSIGN(const std::string key, read_pem(files, user.key_file, std::string(user.key_pem.reveal())));
  connection.key_pem = Secret(key);
  if (connection.certificate_pem.empty() != connection.key_pem.empty())
    return fail(Code::usage, "user \"{}\" of the kubeconfig has a client certificate or a key, but not both", name);
  connection.token = user.token;
  connection.token_file = user.token_file;
  connection.act_as = user.act_as;
  connection.act_as_groups = user.act_as_groups;
  return {};
}

template <class T>
Result<const T*> find_named(const std::map<std::string, T>& all, const std::string& name, std::string_view what) {
  const auto found = all.find(name);
  if (found == all.end()) return fail(Code::usage, "the kubeconfig has no {} \"{}\"", what, name);
  return &found->second;
}

Status use_context(const Kubeconfig& kubeconfig, const ConnectionChoice& choice, const std::string& name,
                   os::FileSystem& files, Connection& connection) {
  auto context = find_named(kubeconfig.contexts, name, "context");
  if (!context)
    return with_hint(tl::unexpected(std::move(context).error()), "\"holdfast config get-contexts\" lists them");
  if (!(*context)->name_space.empty()) connection.name_space = (*context)->name_space;
  if (choice.server.empty() || kubeconfig.clusters.contains((*context)->cluster)) {
    HF_ASSIGN(const KubeCluster* cluster, find_named(kubeconfig.clusters, (*context)->cluster, "cluster"));
    HF_TRY(use_cluster(*cluster, files, connection));
  }
  if ((*context)->user.empty() || !choice.token_file.empty()) return {};
  HF_ASSIGN(const KubeUser* user, find_named(kubeconfig.users, (*context)->user, "user"));
  return use_user(*user, (*context)->user, files, connection);
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Status check_server(Connection& connection) {
  while (connection.server.ends_with('/'))
    connection.server.pop_back();
  auto url = http::parse_url(connection.server);
  if (!url) return in_context(std::move(url).error(), "read the address of the server");
  const bool secret = !connection.token.empty() || !connection.token_file.empty();
  if (url->scheme == "https" || !secret || is_this_machine(url->host)) return {};
  return with_hint(fail(Code::usage, "the token would go to {} without encryption", url->host), "use https://");
}

}  // namespace

void Kubeconfig::merge(Kubeconfig other) {
  clusters.merge(other.clusters);
  users.merge(other.users);
  contexts.merge(other.contexts);
  if (current_context.empty()) current_context = std::move(other.current_context);
}

Result<Kubeconfig> parse_kubeconfig(std::string_view text, const std::string& path) {
  const auto read = [&]() -> Result<Kubeconfig> {
    if (text.size() > kMostKubeconfigBytes)
      return fail(Code::usage, "larger than the {} allowed", format_bytes(kMostKubeconfigBytes));
    HF_ASSIGN(const std::vector<json::Value> documents, read_documents(text));
    if (documents.empty()) return Kubeconfig{};
    if (documents.size() > 1) return fail(Code::usage, "{} documents instead of one", documents.size());
    return read_config(documents.front(), path);
  };
  Result<Kubeconfig> config = read();
  if (config) return config;
  return in_context(std::move(config).error(), "read the kubeconfig {}", path);
}

Result<Connection> resolve(const Kubeconfig& kubeconfig, const ConnectionChoice& choice, os::FileSystem& files) {
  Connection connection;
  const std::string& name = choice.context.empty() ? kubeconfig.current_context : choice.context;
  if (!name.empty()) HF_TRY(use_context(kubeconfig, choice, name, files, connection));
  if (!choice.server.empty()) connection.server = choice.server;
  if (!choice.token_file.empty()) connection.token_file = choice.token_file;
  if (!choice.name_space.empty()) connection.name_space = choice.name_space;
  if (!choice.authority_file.empty()) {
    HF_ASSIGN(connection.authority_pem, read_pem(files, choice.authority_file, ""));
  }
  if (connection.server.empty()) {
    return with_hint(fail(Code::usage, "{}", name.empty() ? "no context is chosen" : "the context names no server"),
                     "choose one with --context (\"holdfast config get-contexts\" lists them), or give --server");
  }
  HF_TRY(check_server(connection));
  return connection;
}

}  // namespace holdfast::client
