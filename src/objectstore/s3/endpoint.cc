#include "objectstore/s3/endpoint.h"

#include <algorithm>

#include "http/url.h"
#include "model/bucket_name.h"
#include "objectstore/object_store.h"

namespace holdfast::objectstore::s3 {
namespace {

bool is_aws_host(std::string_view host) {
  return host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
}

bool is_ip_address(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return true;
  return std::all_of(host.begin(), host.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

Result<http::Url> parse_endpoint(const Config& config) {
  const bool has_scheme = config.endpoint.find("://") != std::string::npos;
  HF_ASSIGN(http::Url url, http::parse_url(has_scheme ? config.endpoint : "https://" + config.endpoint));
  if (url.scheme == "http" && !config.allow_http) {
    return with_hint(fail(Code::usage, "the endpoint {} is not encrypted", config.endpoint),
                     "use https, or --s3-allow-http if the network between here and the bucket is trusted");
  }
  if (!url.query.empty()) return fail(Code::usage, "the endpoint {} must not have a query", config.endpoint);
  while (url.path.ends_with('/'))
    url.path.pop_back();
  return url;
}

// "https://bucket.s3.eu-west-1.amazonaws.com": the bucket's name is already there. Elsewhere only when that style was
// asked for: a server may well be called like its bucket.
bool strip_bucket(const Config& config, std::string& host) {
  const std::string prefix = config.bucket + ".";
  if (config.addressing == Addressing::path || !host.starts_with(prefix)) return false;
  const std::string rest = host.substr(prefix.size());
  const bool aws = is_aws_host(rest) && rest.starts_with("s3");
  if (rest.empty() || (!aws && config.addressing != Addressing::virtual_host)) return false;
  host = rest;
  return true;
}

std::string aws_host(const std::string& region) {
  const bool china = region.starts_with("cn-");
  return fmt::format("s3.{}.amazonaws.com{}", region, china ? ".cn" : "");
}

}  // namespace

Result<Endpoint> Endpoint::make(const Config& config) {
  if (!is_bucket_name(config.bucket)) {
    return fail(Code::usage, "\"{}\" is not a bucket name: letters, digits, '-', '.' and '_', at least three",
                config.bucket);
  }
  if (!config.region.empty() && !is_region_name(config.region)) {
    return fail(Code::usage, "\"{}\" is not a region name", config.region);
  }
  Endpoint endpoint;
  endpoint.bucket_ = config.bucket;
  endpoint.scheme_ = "https";
  endpoint.aws_ = true;
  bool ip_address = false;
  bool bucket_in_host = false;
  if (!config.endpoint.empty()) {
    HF_ASSIGN(http::Url url, parse_endpoint(config));
    bucket_in_host = strip_bucket(config, url.host);
    endpoint.scheme_ = url.scheme;
    endpoint.base_path_ = url.path;
    endpoint.aws_ = is_aws_host(url.host);
    ip_address = is_ip_address(url.host);
    // The global name redirects to the region's; going there at once saves that, and signs for the right place.
    if (url.host != "s3.amazonaws.com") endpoint.host_ = url.host_header();
  }
  const bool dots = config.bucket.find('.') != std::string::npos;
  endpoint.virtual_host_ = config.addressing == Addressing::virtual_host || bucket_in_host ||
                           (config.addressing == Addressing::automatic && endpoint.aws_ && !dots);
  if (endpoint.virtual_host_ && ip_address) {
    return with_hint(
        fail(Code::usage, "the bucket cannot be part of the host name: {} is an IP address", config.endpoint),
        "use path-style addressing");
  }
  return endpoint;
}

Endpoint::Target Endpoint::target(const std::string& key, const std::string& region) const {
  Target target;
  target.host = host_.empty() ? aws_host(region) : host_;
  target.path = base_path_;
  if (virtual_host_) {
    target.host = bucket_ + "." + target.host;
  } else {
    target.path += "/" + bucket_;
  }
  if (!key.empty()) target.path += "/" + key;
  if (target.path.empty()) target.path = "/";
  target.origin = scheme_ + "://" + target.host;
  return target;
}

// "s3.eu-west-1.amazonaws.com", "s3-fips.us-gov-west-1.amazonaws.com", "s3.dualstack.eu-west-1.amazonaws.com".
std::string Endpoint::default_region() const {
  std::string_view rest = host_;
  if (!aws_ || !rest.starts_with("s3")) return "us-east-1";
  rest = rest.substr(0, rest.rfind(".amazonaws.com"));
  const auto dot = rest.rfind('.');
  return dot == std::string_view::npos ? "us-east-1" : std::string(rest.substr(dot + 1));
}

std::string Endpoint::describe() const {
  return host_.empty() ? "aws" : scheme_ + "://" + host_ + base_path_;
}

bool is_region_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace holdfast::objectstore::s3
