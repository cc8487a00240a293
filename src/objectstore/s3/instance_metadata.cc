#include "objectstore/s3/instance_metadata.h"

#include <strings.h>

#include "http/url.h"
#include "objectstore/s3/service_request.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr int kOk = 200;
constexpr int kNotFound = 404;
constexpr auto kFirstTimeout = std::chrono::seconds(1);  // off EC2 nobody answers: do not make people wait
constexpr auto kTimeout = std::chrono::seconds(5);
constexpr const char* kRefusedHint =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile with AWS_PROFILE; when this machine is not "
    "on "
    "EC2, also set AWS_EC2_METADATA_DISABLED=true";
constexpr const char* kTokenSeconds = "300";

Result<std::string> endpoint_of(const os::Environment& environment) {
  if (::strcasecmp(environment.get("AWS_EC2_METADATA_DISABLED").value_or("").c_str(), "true") == 0) {
    return fail(Code::not_found, "AWS_EC2_METADATA_DISABLED is set");
  }
  const std::string mode = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("");
  const bool ipv6 = ::strcasecmp(mode.c_str(), "IPv6") == 0;
  std::string endpoint = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
                             .value_or(ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
  if (auto url = http::parse_url(endpoint); !url) {
    return in_context(std::move(url).error(), "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  }
  while (endpoint.ends_with('/'))
    endpoint.pop_back();
  return endpoint;
}

}  // namespace

Result<InstanceMetadata> InstanceMetadata::open(const CredentialSystem& system, http::Transport& transport,
                                                const std::stop_token& stop) {
  HF_ASSIGN(std::string endpoint, endpoint_of(system.environment));
  const http::Request request{.method = "PUT",
                              .url = endpoint + "/latest/api/token",
                              .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", kTokenSeconds}},
                              .total_timeout = kFirstTimeout};
  const auto response = transport.send(request, kLargestAnswer, stop);
  if (!response && response.error().code == Code::cancelled) return tl::unexpected<Error>(response.error());
  if (!response) return fail(Code::not_found, "no metadata service of an instance: {}", response.error().message);
  if (response->head.status != kOk) {
    return with_hint(fail(response->head.status >= 500 ? Code::unavailable : Code::refused,
                          "the metadata service of the instance refuses a session (status {})", response->head.status),
                     kRefusedHint);
  }
  return InstanceMetadata(system, transport, std::move(endpoint), Secret(as_text(response->body)));
}

Result<std::string> InstanceMetadata::get(const std::string& path, const std::stop_token& stop) {
  const http::Request request{.url = endpoint_ + "/latest/meta-data/" + path,
                              .headers = {{"X-aws-ec2-metadata-token", std::string(token_.reveal())}},
                              .total_timeout = kTimeout};
  HF_ASSIGN(const http::Response response, send_patiently(*transport_, system_.clock, request, stop));
  const int status = response.head.status;
  if (status == kNotFound) return fail(Code::not_found, "the instance has no {}", path);
  if (status != kOk) {
    return fail(status == 429 || status >= 500 ? Code::unavailable : Code::refused,
                "the metadata service of the instance answered {}", status);
  }
  return std::string(as_text(response.body));
}

}  // namespace holdfast::objectstore::s3
