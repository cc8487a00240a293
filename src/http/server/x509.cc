#include "http/server/x509.h"

#include <array>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace holdfast::http {
namespace {

// An encrypted key is refused: there is nobody to ask for its passphrase.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

BioPtr bio_of(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string utf8(const ASN1_STRING* string) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, string);
  if (size < 0) return {};
  std::string text(bytes, bytes + size);
  OPENSSL_free(bytes);
  return text;
}

}  // namespace

std::string openssl_reason() {
  std::array<char, 256> text{};
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  if (error == 0) return "no reason given";
  if (const char* reason = ERR_reason_error_string(error)) return reason;
  ERR_error_string_n(error, text.data(), text.size());
  return text.data();
}

Result<std::vector<X509Ptr>> read_certificates(std::string_view pem, std::string_view what) {
  const BioPtr bio = bio_of(pem);
  std::vector<X509Ptr> certificates;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr))
    certificates.emplace_back(next);
  const unsigned long error = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (certificates.empty() || !at_end) {
    return fail(Code::usage, "{} cannot be read: {}", what,
                at_end ? std::string("no PEM certificate in it") : openssl_reason());
  }
  ERR_clear_error();
  return certificates;
}

Result<KeyPtr> read_key(std::string_view pem, std::string_view what) {
  const BioPtr bio = bio_of(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    return with_hint(fail(Code::usage, "{} cannot be read: {}", what, openssl_reason()),
                     "it must be an unencrypted PEM key");
  }
  ERR_clear_error();
  return key;
}

std::vector<std::string> subject_values(const X509* certificate, int nid) {
  const X509_NAME* name = X509_get_subject_name(certificate);
  std::vector<std::string> values;
  for (int at = X509_NAME_get_index_by_NID(name, nid, -1); at >= 0; at = X509_NAME_get_index_by_NID(name, nid, at)) {
    std::string value = utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (!value.empty() && value.find('\0') == std::string::npos) values.push_back(std::move(value));
  }
  return values;
}

std::string certificate_sha256(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  std::string hex;
  for (unsigned int i = 0; i < size; ++i)
    hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace holdfast::http
