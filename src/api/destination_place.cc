#include "api/destination_place.h"

#include <algorithm>
#include <string_view>

#include "api/fields.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kAws = "amazonaws.com";

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

// "HTTPS://S3.example.com:443/" as "s3.example.com". Names of buckets are of all regions of AWS. A server is the same
// with and without TLS when each has the port it usually has.
std::string host_of(std::string_view endpoint) {
  std::string scheme = "https";
  if (const std::size_t end = endpoint.find("://"); end != std::string_view::npos) {
    scheme = lower_case(endpoint.substr(0, end));
    endpoint.remove_prefix(end + 3);
  }
  std::string host = lower_case(endpoint.substr(0, endpoint.find('/')));
  const std::string_view usual = scheme == "http" ? ":80" : ":443";
  if (host.ends_with(usual)) host.resize(host.size() - usual.size());
  while (host.ends_with('.'))
    host.pop_back();
  const bool is_aws = host.empty() || host == kAws || host.ends_with("." + std::string(kAws));
  return is_aws ? std::string(kAws) : host;
}

// "/var//backups/./" as "/var/backups".
std::string clean_path(std::string_view path) {
  std::string clean;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (!part.empty() && part != ".") clean.append("/").append(part);
  }
  return clean;
}

bool is_local(const json::Value& destination) {
  return text_at(destination, {"type"}) == "local";
}

}  // namespace

std::string directory_of(const json::Value& destination) {
  return is_local(destination) ? clean_path(text_at(destination, {"path"})) : std::string();
}

std::string destination_place(const json::Value& destination) {
  const std::string prefix(text_at(destination, {"prefix"}));
  if (is_local(destination)) return directory_of(destination) + "/" + prefix;
  return "s3://" + host_of(text_at(destination, {"endpoint"})) + "/" +
         std::string(text_at(destination, {"bucketName"})) + "/" + prefix;
}

const json::Value* state_of_destination(const json::Value& seed, std::string_view name) {
  const json::Array* states = array_at(seed, {"status", "destinations"});
  for (std::size_t i = 0; states != nullptr && i < states->size(); ++i) {
    if (text_at((*states)[i], {"name"}) == name) return &(*states)[i];
  }
  return nullptr;
}

}  // namespace holdfast::api
