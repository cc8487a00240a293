#include "etcd/http2/tls_context.h"

#include <array>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace holdfast::etcd::http2 {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

// An encrypted key is refused: there is nobody to ask for its passphrase.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

Bio bio_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate next_certificate(BIO* bio) {
  return Certificate(PEM_read_bio_X509(bio, nullptr, no_passphrase, nullptr));
}

Status trust(SSL_CTX* context, const std::string& authorities) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  const Bio bio = bio_of(authorities);
  int count = 0;
  while (const Certificate certificate = next_certificate(bio.get())) {
    X509_STORE_add_cert(store, certificate.get());
    ++count;
  }
  ERR_clear_error();  // the end of the text is reported as an error
  if (count == 0) return fail(Code::usage, "the CA file holds no certificate");
  return {};
}

Status present(SSL_CTX* context, const TlsMaterial& material) {
  const Bio bio = bio_of(material.certificate);
  const Certificate leaf = next_certificate(bio.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return fail(Code::usage, "the client certificate cannot be used: {}", openssl_reason());
  }
  while (const Certificate intermediate = next_certificate(bio.get())) {
    SSL_CTX_add1_chain_cert(context, intermediate.get());
  }
  ERR_clear_error();
  const Bio key_bio = bio_of(material.key.reveal());
  const Key key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_passphrase, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return with_hint(fail(Code::usage, "the client key cannot be used: {}", openssl_reason()),
                     "it must be an unencrypted PEM key that belongs to the client certificate");
  }
  return {};
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

Result<TlsContext> make_tls_context(const TlsMaterial& material) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(Code::internal, "OpenSSL gives no TLS context: {}", openssl_reason());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  static constexpr std::array<unsigned char, 3> kHttp2 = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), kHttp2.data(), kHttp2.size());
  SSL_CTX_set_verify(context.get(), material.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (material.verify) HF_TRY(trust(context.get(), material.authorities));
  if (!material.certificate.empty()) HF_TRY(present(context.get(), material));
  return context;
}

}  // namespace holdfast::etcd::http2
