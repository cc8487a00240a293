#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "http/server/certificates.h"
#include "http/server/x509.h"

namespace holdfast::http {
namespace {

Result<WallTime> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return fail(Code::usage, "the certificate has no valid dates");
  const std::chrono::year_month_day date(std::chrono::year(parts.tm_year + 1900),
                                         std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                         std::chrono::day(static_cast<unsigned>(parts.tm_mday)));
  return std::chrono::sys_days(date) + std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
         std::chrono::seconds(parts.tm_sec);
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  const unsigned char* bytes = ASN1_STRING_get0_data(address);
  if (ASN1_STRING_length(address) == 4) {
    return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
  }
  std::string text;
  for (int i = 0; i + 1 < ASN1_STRING_length(address); i += 2)
    text += fmt::format("{}{:x}", i == 0 ? "" : ":", bytes[i] * 256 + bytes[i + 1]);
  return text;
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  auto* general = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(general); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(general, i);
    if (name->type == GEN_DNS) {
      const unsigned char* text = ASN1_STRING_get0_data(name->d.dNSName);
      names.emplace_back(text, text + ASN1_STRING_length(name->d.dNSName));
    } else if (name->type == GEN_IPADD) {
      names.push_back(address_text(name->d.iPAddress));
    }
  }
  GENERAL_NAMES_free(general);
  return names;
}

// Two ways to write an IPv6 address are one name.
bool is_for(X509* certificate, const std::string& name) {
  const bool found =
      X509_check_ip_asc(certificate, name.c_str(), 0) == 1 ||
      X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
  ERR_clear_error();
  if (found) return true;
  const std::vector<std::string> names = names_of(certificate);
  return std::ranges::find(names, name) != names.end();  // "*.example.com", asked for as such
}

}  // namespace

Result<CertificateFacts> read_certificate(std::string_view pem) {
  HF_ASSIGN(const std::vector<X509Ptr> chain, read_certificates(pem, "the certificate"));
  X509* certificate = chain.front().get();
  CertificateFacts facts;
  HF_ASSIGN(facts.not_before, time_of(X509_get0_notBefore(certificate)));
  HF_ASSIGN(facts.not_after, time_of(X509_get0_notAfter(certificate)));
  const std::vector<std::string> common_names = subject_values(certificate, NID_commonName);
  if (!common_names.empty()) facts.common_name = common_names.back();
  facts.organizations = subject_values(certificate, NID_organizationName);
  facts.names = names_of(certificate);
  facts.is_authority = X509_check_ca(certificate) == 1;
  facts.sha256 = certificate_sha256(certificate);
  return facts;
}

Result<bool> needs_renewal(std::string_view certificate_pem, std::string_view authority_pem,
                           const std::vector<std::string>& names, WallTime now) {
  HF_ASSIGN(const CertificateFacts facts, read_certificate(certificate_pem));
  HF_ASSIGN(const std::vector<X509Ptr> chain, read_certificates(certificate_pem, "the certificate"));
  HF_ASSIGN(const std::vector<X509Ptr> authority, read_certificates(authority_pem, "the CA certificate"));
  if (now >= facts.not_after - (facts.not_after - facts.not_before) / 3) return true;
  X509* certificate = chain.front().get();
  const bool ours = X509_verify(certificate, X509_get0_pubkey(authority.front().get())) == 1;
  ERR_clear_error();
  return !ours || !std::ranges::all_of(names, [&](const std::string& name) { return is_for(certificate, name); });
}

}  // namespace holdfast::http
