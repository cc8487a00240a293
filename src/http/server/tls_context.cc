#include "http/server/tls_context.h"

#include <string_view>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace holdfast::http {
namespace {

constexpr int kDeepestChain = 8;

Status use_certificate(SSL_CTX* context, const ServerTls& tls) {
  HF_ASSIGN(const std::vector<X509Ptr> chain, read_certificates(tls.certificate_pem, "the server's certificate"));
  HF_ASSIGN(const KeyPtr key, read_key(tls.key_pem.reveal(), "the server's key"));
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    return fail(Code::usage, "the server's certificate cannot be used: {}", openssl_reason());
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
      return fail(Code::usage, "the server's certificate chain cannot be used: {}", openssl_reason());
    }
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return fail(Code::usage, "the server's key does not belong to its certificate: {}", openssl_reason());
  }
  return {};
}

// Keeps the verdict (SSL_get_verify_result) and goes on: whoever shows a certificate of somebody else's is not known to
// us, but may still have a token. A callback per error would not do: OpenSSL forgets an error that one of them let
// pass.
int verify_and_go_on(X509_STORE_CTX* chain, void*) {
  if (X509_verify_cert(chain) != 1 && X509_STORE_CTX_get_error(chain) == X509_V_OK) {
    X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSPECIFIED);
  }
  ERR_clear_error();
  return 1;
}

Status ask_for_certificates(SSL_CTX* context, const std::string& client_ca) {
  HF_ASSIGN(const std::vector<X509Ptr> authorities, read_certificates(client_ca, "the client CA"));
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const X509Ptr& authority : authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1 || SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return fail(Code::usage, "the client CA cannot be used: {}", openssl_reason());
    }
  }
  // Whatever stands in that file is trusted, also an authority that another one signed.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_verify_depth(context, kDeepestChain);
  SSL_CTX_set_cert_verify_callback(context, verify_and_go_on, nullptr);
  return {};
}

// A client that offers protocols but not ours is refused (RFC 7301, 3.2): it would not speak HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr std::string_view kOurs = "http/1.1";
  std::string_view list(reinterpret_cast<const char*>(offered), offered_size);
  while (!list.empty()) {
    const auto length = static_cast<unsigned char>(list.front());
    if (list.substr(1, length) == kOurs) {
      *chosen = reinterpret_cast<const unsigned char*>(list.data()) + 1;
      *size = length;
      return SSL_TLSEXT_ERR_OK;
    }
    list.remove_prefix(std::min<std::size_t>(length + 1U, list.size()));
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");  // for TLS 1.2; those of 1.3 are all good
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  // Released buffers: an idle connection does without its two of 16 KiB each.
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

Result<TlsContext> make_tls_context(const ServerTls& tls) {
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return fail(Code::internal, "OpenSSL gives no TLS context: {}", openssl_reason());
  set_rules(context.get());
  HF_TRY(use_certificate(context.get(), tls));
  if (!tls.client_ca_pem.empty()) HF_TRY(ask_for_certificates(context.get(), tls.client_ca_pem));
  return context;
}

void read_peer(SSL* ssl, Peer& peer) {
  peer.tls = true;
  const X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return;
  peer.certificate_sha256 = certificate_sha256(certificate);
  peer.certificate_verified = SSL_get_verify_result(ssl) == X509_V_OK;
  if (!peer.certificate_verified) return;
  if (auto names = subject_values(certificate, NID_commonName); !names.empty()) peer.common_name = names.back();
  peer.organizations = subject_values(certificate, NID_organizationName);
}

}  // namespace holdfast::http
