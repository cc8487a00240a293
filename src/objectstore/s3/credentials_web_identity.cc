#include "http/url.h"
#include "objectstore/s3/credential_sources.h"
#include "objectstore/s3/service_request.h"
#include "objectstore/s3/sts_reply.h"
#include "objectstore/s3/token_file.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr int kOk = 200;
constexpr auto kTimeout = std::chrono::seconds(30);

// A region becomes part of a host name: nothing else may get in with it.
bool is_region(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

Result<std::string> endpoint_for(const std::string& region, const os::Environment& environment) {
  for (const char* variable : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"}) {
    if (auto given = environment.get(variable)) {
      if (auto url = http::parse_url(*given); !url) return in_context(std::move(url).error(), "{}", variable);
      if (!given->ends_with('/')) *given += '/';
      return *given;
    }
  }
  if (region.empty()) return std::string("https://sts.amazonaws.com/");
  if (!is_region(region)) return fail(Code::usage, "not the name of a region: \"{}\"", printable(region));
  return fmt::format("https://sts.{}.amazonaws.com{}/", region, region.starts_with("cn-") ? ".cn" : "");
}

std::string form_of(const WebIdentity& identity, const Secret& token, WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::string session =
      identity.session_name.empty() ? fmt::format("holdfast-{}", seconds) : identity.session_name;
  return fmt::format(
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={}&RoleSessionName={}&WebIdentityToken={}",
      http::percent_encode(identity.role_arn), http::percent_encode(session), http::percent_encode(token.reveal()));
}

tl::unexpected<Error> refusal(const http::Response& response, const WebIdentity& identity, const Secret& token) {
  StsFailure failure = parse_sts_failure(as_text(response.body));
  if (failure.message.find(token.reveal()) != std::string::npos) failure.message.clear();
  const std::string reason = failure.code.empty() ? fmt::format("status {}", response.head.status)
                                                  : printable(failure.code + ": " + failure.message);
  const int status = response.head.status;
  if (status == 429 || status >= 500 || failure.code == "IDPCommunicationError" || failure.code == "Throttling") {
    return fail(Code::unavailable, "STS does not give the role {} out now: {}", identity.role_arn, reason);
  }
  return with_hint(fail(Code::refused, "STS does not give us the role {}: {}", identity.role_arn, reason),
                   "check the trust policy of the role, and that the token file " + identity.token_file +
                       " is the one of the service account it names");
}

class WebIdentityCredentials final : public CredentialProvider {
 public:
  WebIdentityCredentials(const CredentialOptions& options, const CredentialSystem& system, http::Transport& transport)
      : options_(options), system_(system), transport_(transport) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    const auto file = system_.environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
    const auto role = system_.environment.get("AWS_ROLE_ARN");
    if (!file) return fail(Code::not_found, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    if (!role) {
      return with_hint(fail(Code::usage, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"),
                       "set both, or unset both to have credentials looked for elsewhere");
    }
    const WebIdentity identity{.token_file = *file,
                               .role_arn = *role,
                               .session_name = system_.environment.get("AWS_ROLE_SESSION_NAME").value_or("")};
    HF_ASSIGN(const std::string region, sts_region(stop));
    return assume_role(identity, region, system_, transport_, stop);
  }

 private:
  Result<std::string> sts_region(const std::stop_token& stop) {
    auto region = find_region(options_, system_, false, stop);
    if (!region && region.error().code == Code::not_found) return std::string();
    return region;
  }

  const CredentialOptions options_;
  const CredentialSystem system_;
  http::Transport& transport_;
};

}  // namespace

Result<Credentials> assume_role(const WebIdentity& identity, const std::string& region, const CredentialSystem& system,
                                http::Transport& transport, const std::stop_token& stop) {
  auto token = read_token(system.files, identity.token_file);
  if (!token) {
    // A file that is named and not there is a mistake, not a source that is not set up.
    if (token.error().code == Code::not_found) return fail(Code::usage, "{}", token.error().message);
    return tl::unexpected<Error>(std::move(token).error());
  }
  HF_ASSIGN(const std::string endpoint, endpoint_for(region, system.environment));
  const Secret form(form_of(identity, *token, system.clock.now()));
  const http::Request request{.method = "POST",
                              .url = endpoint,
                              .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                              .body = as_bytes(form.reveal()),
                              .total_timeout = kTimeout};
  auto response = send_patiently(transport, system.clock, request, stop);
  if (!response) return in_context(std::move(response).error(), "ask STS for the role {}", identity.role_arn);
  if (response->head.status != kOk) return refusal(*response, identity, *token);
  HF_ASSIGN(Credentials credentials, parse_assumed_role(as_text(response->body)));
  credentials.source = "web identity, role " + identity.role_arn;
  return credentials;
}

std::unique_ptr<CredentialProvider> make_web_identity_credentials(const CredentialOptions& options,
                                                                  const CredentialSystem& system,
                                                                  http::Transport& transport) {
  return std::make_unique<WebIdentityCredentials>(options, system, transport);
}

}  // namespace holdfast::objectstore::s3
