#include "etcd/tls_material.h"

#include <array>

namespace holdfast::etcd {
namespace {

constexpr std::size_t kMaxPemSize = 4 * kMiB;

// Where the distributions keep the trusted certificates in one file.
constexpr std::array<const char*, 4> kTrustStores = {"/etc/ssl/certs/ca-certificates.crt",
                                                     "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
                                                     "/etc/ssl/cert.pem"};

Result<std::string> read_pem(os::FileSystem& files, const std::string& path, std::string_view what) {
  auto bytes = os::read_file(files, path, kMaxPemSize);
  if (!bytes) return in_context(std::move(bytes).error(), "read the {}", what);
  std::string text(as_text(*bytes));
  if (text.find("-----BEGIN ") == std::string::npos) return fail(Code::usage, "the {} {} holds no PEM", what, path);
  return text;
}

Result<std::string> read_authorities(os::FileSystem& files, const std::string& ca_file) {
  if (!ca_file.empty()) return read_pem(files, ca_file, "CA file");
  for (const char* path : kTrustStores) {
    HF_ASSIGN(const auto info, files.stat(path));
    if (info && info->kind == os::FileKind::file) return read_pem(files, path, "system's trust store");
  }
  return with_hint(fail(Code::not_found, "this system has no trust store"), "name a CA file");
}

}  // namespace

bool asks_for_tls(const TlsOptions& options) {
  return !options.ca_file.empty() || !options.certificate_file.empty() || !options.key_file.empty() ||
         !options.server_name.empty() || options.insecure_skip_verify;
}

Result<TlsMaterial> read_tls_material(os::FileSystem& files, const TlsOptions& options) {
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return fail(Code::usage, "a client certificate and its key must be given together");
  }
  TlsMaterial material;
  material.verify = !options.insecure_skip_verify;
  material.server_name = options.server_name;
  if (material.verify) {
    HF_ASSIGN(material.authorities, read_authorities(files, options.ca_file));
  }
  if (!options.certificate_file.empty()) {
    HF_ASSIGN(material.certificate, read_pem(files, options.certificate_file, "client certificate"));
    HF_ASSIGN(const std::string key, read_pem(files, options.key_file, "client key"));
    material.key = Secret(key);
  }
  return material;
}

}  // namespace holdfast::etcd
