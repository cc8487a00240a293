#include "server/data_directory.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "server/user.h"

#include "base/bytes.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kMostFile = 64 * kKiB;
constexpr unsigned kOthers = 077;
constexpr std::string_view kKubeconfig = "admin.kubeconfig";

Result<std::string> read_text(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const Bytes bytes, os::read_file(files, path, kMostFile));
  return std::string(as_text(bytes));
}

}  // namespace

Status DataDirectory::prepare() {
  HF_TRY(files_.make_directories(path_, 0700));
  HF_ASSIGN(const auto info, files_.stat(path_));
  if (info && (info->mode & kOthers) != 0) {
    return with_hint(fail(Code::refused, "others may look into the data directory {}", path_),
                     fmt::format("chmod 700 {}", path_));
  }
  return files_.make_directories(file("pki"), 0700);
}

Status DataDirectory::hold() {
  auto held = files_.open_held(file("server.lock"));
  if (!held) return in_context(std::move(held).error(), "hold the data directory {}", path_);
  held_ = std::move(*held);
  if (held_) return {};
  return with_hint(fail(Code::refused, "the data directory {} is in use by another server", path_),
                   "stop that one, or give this one a directory of its own with --data-dir");
}

std::string DataDirectory::file(std::string_view name) const {
  return os::join_path(path_, name);
}

Result<std::optional<http::KeyPair>> DataDirectory::read_pair(const std::string& name) {
  HF_ASSIGN(const auto certificate, files_.stat(file(name + ".crt")));
  HF_ASSIGN(const auto key, files_.stat(file(name + ".key")));
  if (!certificate || !key) return std::nullopt;
  http::KeyPair pair;
  HF_ASSIGN(pair.certificate_pem, read_text(files_, file(name + ".crt")));
  HF_ASSIGN(const std::string key_pem, read_text(files_, file(name + ".key")));
  pair.key_pem = Secret(key_pem);
  return pair;
}

// The certificate comes last: a pair is there when it is.
Status DataDirectory::write_pair(const std::string& name, const http::KeyPair& pair) {
  HF_TRY(os::write_file_atomically(files_, file(name + ".key"), as_bytes(pair.key_pem.reveal()), 0600));
  return os::write_file_atomically(files_, file(name + ".crt"), as_bytes(pair.certificate_pem), 0600);
}

Result<std::string> DataDirectory::server_id() {
  HF_ASSIGN(const auto there, files_.stat(file("server-id")));
  if (there) {
    HF_ASSIGN(const std::string text, read_text(files_, file("server-id")));
    return text.substr(0, text.find('\n'));
  }
  const std::string made = fmt::format("{:016x}", random_.next());
  HF_TRY(os::write_file_atomically(files_, file("server-id"), as_bytes(made + "\n"), 0600));
  return made;
}

Result<http::KeyPair> DataDirectory::authority() {
  HF_ASSIGN(auto found, read_pair("pki/ca"));
  if (found) return std::move(*found);
  HF_ASSIGN(auto made, http::make_authority("holdfast", clock_.now(), random_));
  HF_TRY(write_pair("pki/ca", made));
  return made;
}

Result<Credentials> DataDirectory::credentials(const std::vector<std::string>& names) {
  HF_ASSIGN(const http::KeyPair ca, authority());
  const auto kept = [&](const std::string& name, const std::vector<std::string>& wanted,
                        const auto& make) -> Result<http::KeyPair> {
    HF_ASSIGN(auto found, read_pair(name));
    if (found) {
      HF_ASSIGN(const bool old, http::needs_renewal(found->certificate_pem, ca.certificate_pem, wanted, clock_.now()));
      if (!old) return std::move(*found);
    }
    HF_ASSIGN(auto made, make());
    HF_TRY(write_pair(name, made));
    return made;
  };
  Credentials result;
  result.authority_pem = ca.certificate_pem;
  HF_ASSIGN(http::KeyPair server, kept("pki/server", names, [&] {
              return http::make_server_certificate(ca, names, clock_.now(), http::kLeafLifetime, random_);
            }));
  HF_ASSIGN(result.administrator, kept("pki/admin", {}, [&] {
              return http::make_client_certificate(ca, "admin", {std::string(kAdministrators)}, clock_.now(),
                                                   http::kLeafLifetime, random_);
            }));
  result.tls = {.certificate_pem = std::move(server.certificate_pem),
                .key_pem = std::move(server.key_pem),
                .client_ca_pem = ca.certificate_pem};
  return result;
}

Result<bool> DataDirectory::write_kubeconfig(const Credentials& credentials, const std::string& url) {
  const std::string path = file(kKubeconfig);
  const Secret wanted(kubeconfig_text(credentials, url));
  HF_ASSIGN(const auto there, files_.stat(path));
  if (there) {
    HF_ASSIGN(const std::string text, read_text(files_, path));
    if (text == wanted.reveal()) return false;
  }
  HF_TRY(os::write_file_atomically(files_, path, as_bytes(wanted.reveal()), 0600));
  return true;
}

std::string kubeconfig_text(const Credentials& credentials, std::string_view url) {
  const auto encoded = [](std::string_view text) { return to_base64(as_bytes(text)); };
  return fmt::format(
      "apiVersion: v1\nkind: Config\n"
      "clusters:\n- name: holdfast\n  cluster:\n    server: {}\n    certificate-authority-data: {}\n"
      "users:\n- name: admin\n  user:\n    client-certificate-data: {}\n    client-key-data: {}\n"
      "contexts:\n- name: holdfast\n  context:\n    cluster: holdfast\n    user: admin\n"
      "current-context: holdfast\n",
      url, encoded(credentials.authority_pem), encoded(credentials.administrator.certificate_pem),
      encoded(credentials.administrator.key_pem.reveal()));
}

}  // namespace holdfast::server
