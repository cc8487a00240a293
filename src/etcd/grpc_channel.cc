#include "etcd/grpc_channel.h"

#include <array>
#include <climits>
#include <mutex>

#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "base/log.h"
#include "etcd/grpc_stream.h"
#include "etcd/grpc_unary.h"

namespace holdfast::etcd {
namespace {

int milliseconds(Duration duration) {
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return static_cast<int>(std::min<std::int64_t>(count, INT_MAX));
}

// gRPC writes to standard error on its own; our log is the one place for events.
void forward_log(gpr_log_func_args* args) {
  log::event(log::Level::debug, "grpc", {{"message", args->message}});
}

void quieten_grpc() {
  static std::once_flag once;
  std::call_once(once, [] { gpr_set_log_function(forward_log); });
}

// gRPC ends its own threads with its last channel, and waits for ever for one that the system did not let it start. One
// channel that nobody uses stays for as long as the program, so that there is no last one.
void keep_grpc() {
  static const auto* const kept =
      new std::shared_ptr<grpc::Channel>(grpc::CreateChannel("unix:/dev/null", grpc::InsecureChannelCredentials()));
  static_cast<void>(kept);
}

grpc::ChannelArguments channel_arguments(const TlsMaterial& tls, Duration dial_timeout) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // etcd answers a large range in one message
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetUserAgentPrefix("holdfast");
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);  // members are spoken to directly
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);     // what may be repeated is decided in Session
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // The library's name for how long a connection attempt may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, milliseconds(dial_timeout));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // etcd closes connections that ping more often than every 5 s.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  if (!tls.server_name.empty()) arguments.SetSslTargetNameOverride(tls.server_name);
  return arguments;
}

std::shared_ptr<grpc::ChannelCredentials> unverified_credentials(const TlsMaterial& tls) {
  namespace tls_api = grpc::experimental;
  tls_api::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<tls_api::NoOpCertificateVerifier>());
  if (!tls.certificate.empty()) {
    const std::vector<tls_api::IdentityKeyCertPair> pairs = {{std::string(tls.key.reveal()), tls.certificate}};
    options.set_certificate_provider(std::make_shared<tls_api::StaticDataCertificateProvider>(pairs));
    options.watch_identity_key_cert_pairs();
  }
  return tls_api::TlsCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> credentials(const Endpoint& endpoint, const TlsMaterial& tls) {
  if (!endpoint.tls) return grpc::InsecureChannelCredentials();
  if (!tls.verify) return unverified_credentials(tls);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = tls.authorities;
  options.pem_cert_chain = tls.certificate;
  options.pem_private_key = tls.key.reveal();
  return grpc::SslCredentials(options);
}

std::string target(const Endpoint& endpoint) {
  return endpoint.unix_path.empty() ? "dns:///" + endpoint.authority() : "unix:" + endpoint.unix_path;
}

// The call failed before there was a connection.
bool certainly_not_sent(const grpc::Status& status) {
  constexpr std::array<std::string_view, 4> kTexts = {"failed to connect to all addresses", "DNS resolution failed",
                                                      "empty address list", "Domain name not found"};
  return status.error_code() == grpc::StatusCode::UNAVAILABLE &&
         std::any_of(kTexts.begin(), kTexts.end(),
                     [&](std::string_view text) { return status.error_message().find(text) != std::string::npos; });
}

// gRPC makes progress only while somebody waits for a call. A channel nobody uses does not notice that its connection
// was closed, and one whose last attempt failed goes on failing calls with that old error while its next attempt stands
// still. So before each call a connection is given a moment to notice its end, and a channel that failed is replaced by
// a fresh one.
class GrpcChannel final : public RpcChannel {
 public:
  GrpcChannel(const Endpoint& endpoint, const TlsMaterial& tls, Duration dial_timeout, std::stop_token stop)
      : stop_(std::move(stop)),
        target_(target(endpoint)),
        credentials_(credentials(endpoint, tls)),
        arguments_(channel_arguments(tls, dial_timeout)),
        channel_(make()) {}

  RpcStatus unary(const RpcCall& call, std::string_view request, std::string& reply, Duration timeout) override {
    return grpc_unary(grpc::GenericStub(usable_channel()), call, request, reply, timeout, stop_);
  }

  std::unique_ptr<RpcStream> open(const RpcCall& call, const std::stop_token& stop) override {
    return open_grpc_stream(grpc::GenericStub(usable_channel()), call, stop);
  }

 private:
  std::shared_ptr<grpc::Channel> make() const { return grpc::CreateCustomChannel(target_, credentials_, arguments_); }

  // Calls under way keep the channel they began on.
  std::shared_ptr<grpc::Channel> usable_channel() {
    const std::lock_guard lock(mutex_);
    if (channel_->GetState(false) == GRPC_CHANNEL_READY) {
      channel_->WaitForStateChange(GRPC_CHANNEL_READY, grpc_deadline(Duration::zero()));
    }
    if (channel_->GetState(false) == GRPC_CHANNEL_TRANSIENT_FAILURE) channel_ = make();
    return channel_;
  }

  const std::stop_token stop_;
  const std::string target_;
  const std::shared_ptr<grpc::ChannelCredentials> credentials_;
  const grpc::ChannelArguments arguments_;
  std::mutex mutex_;
  std::shared_ptr<grpc::Channel> channel_;  // guarded by mutex_
};

}  // namespace

RpcStatus to_rpc_status(const grpc::Status& status) {
  return {static_cast<RpcCode>(status.error_code()), status.error_message(), !certainly_not_sent(status)};
}

std::unique_ptr<RpcChannel> make_grpc_channel(const Endpoint& endpoint, const TlsMaterial& tls, Duration dial_timeout,
                                              std::stop_token stop) {
  quieten_grpc();
  keep_grpc();
  return std::make_unique<GrpcChannel>(endpoint, tls, dial_timeout, std::move(stop));
}

}  // namespace holdfast::etcd
