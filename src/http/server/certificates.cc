#include "http/server/certificates.h"

#include <algorithm>
#include <array>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/utf8.h"
#include "http/server/text_rules.h"
#include "http/server/x509.h"

namespace holdfast::http {
namespace {

constexpr std::size_t kSerialBytes = 16;  // RFC 5280, 4.1.2.2: at most 20, and positive

struct Wanted {
  std::string common_name;
  std::vector<std::string> organizations;
  std::string basic_constraints;
  std::string key_usage;
  std::string extended_usage;  // empty: none
  std::string alternative_names;
  WallTime not_before;
  WallTime not_after;
};

struct Signer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

tl::unexpected<Error> openssl_failure(std::string_view what) {
  return fail(Code::internal, "OpenSSL cannot {}: {}", what, openssl_reason());
}

std::time_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Status set_subject(X509* certificate, const Wanted& wanted) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto add = [&](int nid, const std::string& value) {
    return is_utf8(value) &&
           X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
  };
  for (const std::string& organization : wanted.organizations) {
    if (!add(NID_organizationName, organization)) {
      return fail(Code::usage, "{} cannot be the organization in a certificate", organization);
    }
  }
  if (!add(NID_commonName, wanted.common_name)) {
    return fail(Code::usage, "{} cannot be the common name in a certificate", wanted.common_name);
  }
  return {};
}

Status add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return {};
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  if (!added) return fail(Code::usage, "{} cannot stand in a certificate: {}", value, openssl_reason());
  return {};
}

Status set_serial(X509* certificate, os::Random& random) {
  std::array<std::uint8_t, kSerialBytes> bytes{};
  random.fill(bytes);
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7fU) | 0x40U);
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  const bool set = number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  if (!set) return openssl_failure("number a certificate");
  return {};
}

// Times before 2050 and after it have different forms (RFC 5280, 4.1.2.5).
Status set_times(X509* certificate, const Wanted& wanted) {
  if (ASN1_TIME_adj(X509_getm_notBefore(certificate), seconds_of(wanted.not_before), 0, 0) == nullptr ||
      ASN1_TIME_adj(X509_getm_notAfter(certificate), seconds_of(wanted.not_after), 0, 0) == nullptr) {
    return openssl_failure("date a certificate");
  }
  return {};
}

Status set_extensions(X509* certificate, X509* issuer, const Wanted& wanted) {
  HF_TRY(add_extension(certificate, issuer, NID_basic_constraints, wanted.basic_constraints));
  HF_TRY(add_extension(certificate, issuer, NID_key_usage, wanted.key_usage));
  HF_TRY(add_extension(certificate, issuer, NID_ext_key_usage, wanted.extended_usage));
  HF_TRY(add_extension(certificate, issuer, NID_subject_alt_name, wanted.alternative_names));
  HF_TRY(add_extension(certificate, issuer, NID_subject_key_identifier, "hash"));
  return add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
}

Result<KeyPair> to_pem(X509* certificate, EVP_PKEY* key) {
  const BioPtr text(BIO_new(BIO_s_mem()));
  const BioPtr key_text(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_X509(text.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failure("write a certificate");
  }
  const auto content = [](BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return std::string_view(bytes, static_cast<std::size_t>(size));
  };
  return KeyPair{.certificate_pem = std::string(content(text.get())), .key_pem = Secret(content(key_text.get()))};
}

// Signed by `signer`, or by itself when that is empty.
Result<KeyPair> make(const Wanted& wanted, Signer signer, os::Random& random) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const X509Ptr certificate(X509_new());
  if (!key || !certificate) return openssl_failure("make a key");
  if (signer.certificate == nullptr) signer = {.certificate = certificate.get(), .key = key.get()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  HF_TRY(set_serial(certificate.get(), random));
  HF_TRY(set_times(certificate.get(), wanted));
  HF_TRY(set_subject(certificate.get(), wanted));
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer.certificate));
  X509_set_pubkey(certificate.get(), key.get());
  HF_TRY(set_extensions(certificate.get(), signer.certificate, wanted));
  if (X509_sign(certificate.get(), signer.key, EVP_sha256()) == 0) return openssl_failure("sign a certificate");
  return to_pem(certificate.get(), key.get());
}

Result<KeyPair> make_leaf(const KeyPair& authority, Wanted wanted, WallTime now, Duration lifetime,
                          os::Random& random) {
  HF_ASSIGN(const std::vector<X509Ptr> issuer, read_certificates(authority.certificate_pem, "the CA certificate"));
  HF_ASSIGN(const KeyPtr key, read_key(authority.key_pem.reveal(), "the CA key"));
  if (X509_check_private_key(issuer.front().get(), key.get()) != 1) {
    return fail(Code::usage, "the CA key does not belong to the CA certificate");
  }
  HF_ASSIGN(const CertificateFacts facts, read_certificate(authority.certificate_pem));
  wanted.basic_constraints = "critical,CA:FALSE";
  wanted.key_usage = "critical,digitalSignature";
  wanted.not_before = now - kBackdated;
  wanted.not_after = std::min<WallTime>(now + lifetime, facts.not_after);
  return make(wanted, {.certificate = issuer.front().get(), .key = key.get()}, random);
}

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str());
  ERR_clear_error();
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

bool is_dns_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '*';
  });
}

// In the notation of OpenSSL's configuration files; the names hold nothing that means something in it.
Result<std::string> alternative_names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    const bool address = is_address(name);
    if (!address && !is_dns_name(name)) return fail(Code::usage, "{} is neither a DNS name nor an address", name);
    list += fmt::format("{}{}:{}", list.empty() ? "" : ",", address ? "IP" : "DNS", name);
  }
  if (list.empty()) return fail(Code::usage, "a server's certificate needs a name");
  return list;
}

}  // namespace

Result<KeyPair> make_authority(const std::string& common_name, WallTime now, os::Random& random) {
  return make({.common_name = common_name,
               .basic_constraints = "critical,CA:TRUE,pathlen:0",
               .key_usage = "critical,keyCertSign,cRLSign",
               .not_before = now - kBackdated,
               .not_after = now + kAuthorityLifetime},
              {}, random);
}

Result<KeyPair> make_server_certificate(const KeyPair& authority, const std::vector<std::string>& names, WallTime now,
                                        Duration lifetime, os::Random& random) {
  HF_ASSIGN(std::string alternatives, alternative_names(names));
  // A common name is at most 64 characters long, and nobody compares it with a host any more.
  return make_leaf(authority,
                   {.common_name = names.front().substr(0, 64),
                    .extended_usage = "serverAuth",
                    .alternative_names = std::move(alternatives)},
                   now, lifetime, random);
}

Result<KeyPair> make_client_certificate(const KeyPair& authority, const std::string& common_name,
                                        const std::vector<std::string>& organizations, WallTime now, Duration lifetime,
                                        os::Random& random) {
  return make_leaf(authority,
                   {.common_name = common_name, .organizations = organizations, .extended_usage = "clientAuth"}, now,
                   lifetime, random);
}

}  // namespace holdfast::http
