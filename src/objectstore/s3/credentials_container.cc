#include <algorithm>
#include <array>

#include "http/url.h"
#include "objectstore/s3/credential_document.h"
#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/service_request.h"
#include "objectstore/s3/token_file.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr int kOk = 200;
constexpr auto kTimeout = std::chrono::seconds(5);
constexpr std::string_view kEcsEndpoint = "http://169.254.170.2";

// Where a token may go without TLS: this machine, and the link-local addresses of ECS and EKS.
bool may_be_plain(const std::string& host) {
  constexpr std::array<std::string_view, 5> kHosts{"localhost", "::1", "169.254.170.2", "169.254.170.23",
                                                   "fd00:ec2::23"};
  if (std::ranges::find(kHosts, host) != kHosts.end()) return true;
  // 127.0.0.0/8 in digits only: "127.evil.example" is a name.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

class ContainerCredentials final : public CredentialProvider {
 public:
  ContainerCredentials(const CredentialSystem& system, http::Transport& transport)
      : system_(system), transport_(transport) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    HF_ASSIGN(const std::string url, endpoint());
    http::Request request{.url = url, .total_timeout = kTimeout};
    HF_ASSIGN(const Secret token, authorization());
    if (!token.empty()) request.headers.push_back({"Authorization", std::string(token.reveal())});
    auto response = send_patiently(transport_, system_.clock, request, stop);
    if (!response) return in_context(std::move(response).error(), "ask the container's credential endpoint");
    const int status = response->head.status;
    if (status != kOk) {
      return fail(status == 429 || status >= 500 ? Code::unavailable : Code::refused,
                  "the container's credential endpoint answered {}", status);
    }
    auto credentials = parse_credential_document(as_text(response->body));
    if (!credentials) return in_context(std::move(credentials).error(), "read the container's credentials");
    credentials->source = "container endpoint";
    return credentials;
  }

 private:
  Result<std::string> endpoint() const {
    if (const auto path = system_.environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
      if (path->starts_with('/')) return std::string(kEcsEndpoint) + *path;
      return fail(Code::usage, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with '/'");
    }
    const auto full = system_.environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (!full) return fail(Code::not_found, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set");
    auto url = http::parse_url(*full);
    if (!url) return in_context(std::move(url).error(), "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (url->scheme == "https" || may_be_plain(url->host)) return *full;
    return with_hint(
        fail(Code::refused, "AWS_CONTAINER_CREDENTIALS_FULL_URI names host {}, to which no token goes without TLS",
             url->host),
        "use https, a loopback address, or the address of the ECS or EKS agent");
  }

  // The file wins over the variable, and is read anew each time: EKS replaces it. Empty when neither is set.
  Result<Secret> authorization() const {
    if (const auto file = system_.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
      auto token = read_token(system_.files, *file);
      if (!token && token.error().code == Code::not_found) return fail(Code::usage, "{}", token.error().message);
      return token;
    }
    return Secret(system_.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
  }

  const CredentialSystem system_;
  http::Transport& transport_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_container_credentials(const CredentialSystem& system,
                                                               http::Transport& transport) {
  return std::make_unique<ContainerCredentials>(system, transport);
}

}  // namespace holdfast::objectstore::s3
