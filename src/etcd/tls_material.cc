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

Result<std::string> given_pem(std::string_view text, std::string_view what) {
  if (text.find("-----BEGIN ") == std::string_view::npos) return fail(Code::usage, "the {} holds no PEM", what);
  return std::string(text);
}

bool has_certificate(const TlsOptions& options) {
  return !options.certificate_file.empty() || !options.certificate_pem.empty();
}

bool has_key(const TlsOptions& options) {
  return !options.key_file.empty() || !options.key_pem.empty();
}

Result<std::string> read_authorities(os::FileSystem& files, const TlsOptions& options) {
  if (!options.ca_pem.empty()) return given_pem(options.ca_pem, "CA certificate");
  const std::string& ca_file = options.ca_file;
  if (!ca_file.empty()) return read_pem(files, ca_file, "CA file");
  for (const char* path : kTrustStores) {
    HF_ASSIGN(const auto info, files.stat(path));
    if (info && info->kind == os::FileKind::file) return read_pem(files, path, "system's trust store");
  }
  return with_hint(fail(Code::not_found, "this system has no trust store"), "name a CA file");
}

}  // namespace

bool asks_for_tls(const TlsOptions& options) {
  return !options.ca_file.empty() || !options.ca_pem.empty() || has_certificate(options) || has_key(options) ||
         !options.server_name.empty() || options.insecure_skip_verify;
}

Result<TlsMaterial> read_tls_material(os::FileSystem& files, const TlsOptions& options) {
  if (has_certificate(options) != has_key(options)) {
    return fail(Code::usage, "a client certificate and its key must be given together");
  }
  TlsMaterial material;
  material.verify = !options.insecure_skip_verify;
  material.server_name = options.server_name;
  if (material.verify) {
    HF_ASSIGN(material.authorities, read_authorities(files, options));
  }
  if (!has_certificate(options)) return material;
  if (options.certificate_pem.empty()) {
    HF_ASSIGN(material.certificate, read_pem(files, options.certificate_file, "client certificate"));
  } else {
    HF_ASSIGN(material.certificate, given_pem(options.certificate_pem, "client certificate"));
  }
  if (options.key_pem.empty()) {
    HF_ASSIGN(const std::string key, read_pem(files, options.key_file, "client key"));
    material.key = Secret(key);
  } else {
    HF_ASSIGN(const std::string key, given_pem(options.key_pem.reveal(), "client key"));
    material.key = Secret(key);
  }
  return material;
}

}  // namespace holdfast::etcd
