#include "objectstore/s3/sts.h"

#include "base/sha256.h"
#include "http/url.h"
#include "objectstore/s3/endpoint.h"
#include "objectstore/s3/service_request.h"
#include "objectstore/s3/sigv4.h"
#include "objectstore/s3/sts_reply.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr int kOk = 200;
constexpr auto kTimeout = std::chrono::seconds(30);
constexpr const char* kFormType = "application/x-www-form-urlencoded";
constexpr const char* kRegionOfTheGlobalEndpoint = "us-east-1";

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

Secret form_of(const RoleQuestion& question, WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::string session =
      question.session_name.empty() ? fmt::format("holdfast-{}", seconds) : question.session_name;
  std::string form = fmt::format("Action={}&Version=2011-06-15&RoleArn={}&RoleSessionName={}", question.action,
                                 http::percent_encode(question.role_arn), http::percent_encode(session));
  for (const auto& [name, value] : question.more)
    form += fmt::format("&{}={}", name, http::percent_encode(value));
  if (!question.web_identity_token.empty()) {
    form += "&WebIdentityToken=" + http::percent_encode(question.web_identity_token.reveal());
  }
  return Secret(form);
}

// The headers a signed question has besides its content type.
Result<std::vector<http::Header>> signature_headers(const Credentials& by, const std::string& endpoint,
                                                    const Secret& form, const std::string& region, WallTime now) {
  const std::string scope = region.empty() ? kRegionOfTheGlobalEndpoint : region;
  if (!is_region_name(scope)) return fail(Code::usage, "not the name of a region: \"{}\"", printable(scope));
  HF_ASSIGN(const http::Url url, http::parse_url(endpoint));
  const RequestToSign request{.method = "POST",
                              .path = url.path,
                              .headers = {{"Host", url.host_header()}, {"Content-Type", kFormType}},
                              .payload_sha256 = to_hex(Sha256::of(as_bytes(form.reveal())))};
  auto headers = sign_v4(request, by, {.region = scope, .service = "sts"}, now, SigningStyle::generic);
  headers.push_back({"Host", url.host_header()});
  return headers;
}

bool shows(const std::string& text, const Secret& secret) {
  return !secret.empty() && text.find(secret.reveal()) != std::string::npos;
}

tl::unexpected<Error> refusal(const http::Response& response, const RoleQuestion& question) {
  StsFailure failure = parse_sts_failure(as_text(response.body));
  // STS repeats the token, or the whole request as it should have been signed.
  if (shows(failure.message, question.web_identity_token) ||
      (question.signed_by != nullptr && shows(failure.message, question.signed_by->session_token))) {
    failure.message.clear();
  }
  const int status = response.head.status;
  const std::string reason =
      failure.code.empty() ? fmt::format("status {}", status) : printable(failure.code + ": " + failure.message);
  if (status == 429 || status >= 500 || failure.code == "IDPCommunicationError" || failure.code == "Throttling") {
    return fail(Code::unavailable, "STS does not give the role {} out now: {}", question.role_arn, reason);
  }
  return with_hint(fail(Code::refused, "STS does not give us the role {}: {}", question.role_arn, reason),
                   question.hint);
}

}  // namespace

Result<Credentials> ask_sts(const RoleQuestion& question, const std::string& region, const CredentialSystem& system,
                            http::Transport& transport, const std::stop_token& stop) {
  HF_ASSIGN(const std::string endpoint, endpoint_for(region, system.environment));
  const WallTime now = system.clock.now();
  const Secret form = form_of(question, now);
  http::Request request{.method = "POST",
                        .url = endpoint,
                        .headers = {{"Content-Type", kFormType}},
                        .body = as_bytes(form.reveal()),
                        .total_timeout = kTimeout};
  if (question.signed_by != nullptr) {
    HF_ASSIGN(auto signature, signature_headers(*question.signed_by, endpoint, form, region, now));
    request.headers.insert(request.headers.end(), signature.begin(), signature.end());
  }
  auto response = send_patiently(transport, system.clock, request, stop);
  if (!response) return in_context(std::move(response).error(), "ask STS for the role {}", question.role_arn);
  if (response->head.status != kOk) return refusal(*response, question);
  return parse_assumed_role(as_text(response->body));
}

}  // namespace holdfast::objectstore::s3
