// Private to this folder: what of OpenSSL's X.509 is needed in more than one file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/result.h"

namespace holdfast::http {

template <auto Free>
struct OpenSslFree {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, OpenSslFree<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;

// The oldest error of this thread; clears the rest.
std::string openssl_reason();

// All certificates of a PEM text, in order. Code::usage, naming `what`, when there is none.
Result<std::vector<X509Ptr>> read_certificates(std::string_view pem, std::string_view what);
// An unencrypted key. Code::usage.
Result<KeyPtr> read_key(std::string_view pem, std::string_view what);

// All values of one kind (NID_commonName) of the subject, as UTF-8, in order; those with a NUL are left out.
std::vector<std::string> subject_values(const X509* certificate, int nid);
std::string certificate_sha256(const X509* certificate);

}  // namespace holdfast::http
