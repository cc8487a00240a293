#include "snapshot/peer_url.h"

#include <algorithm>
#include <cctype>

#include "snapshot/text.h"

namespace holdfast::snapshot {
namespace {

constexpr std::string_view kHostCharacters = "-._~!$&'()*+;=";

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host_name(std::string_view host) {
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alphanumeric(c) || kHostCharacters.find(c) != std::string_view::npos; });
}

// An IPv6 address between brackets, perhaps with a zone ("%25eth0").
bool is_bracketed_address(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
  host = host.substr(1, host.size() - 2);
  const auto zone = host.find("%25");
  if (zone != std::string_view::npos && (zone + 3 == host.size() || !is_host_name(host.substr(zone + 3)))) return false;
  const std::string_view address = host.substr(0, zone);
  return std::all_of(address.begin(), address.end(),
                     [](char c) { return c == ':' || c == '.' || std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

bool is_port(std::string_view port) {
  if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
  return std::stoul(std::string(port)) <= 65535;
}

Status check_tcp_address(std::string_view url, std::string_view address) {
  if (address.find('/') != std::string_view::npos) return fail(Code::usage, "peer URL {} must not have a path", url);
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || (address.back() == ']')) {
    return fail(Code::usage, "peer URL {} does not have the form host:port", url);
  }
  const std::string_view host = address.substr(0, colon);
  if (!is_port(address.substr(colon + 1))) return fail(Code::usage, "peer URL {} has no valid port", url);
  if (!is_host_name(host) && !is_bracketed_address(host))
    return fail(Code::usage, "peer URL {} has no valid host", url);
  return {};
}

Status check_unix_address(std::string_view url, std::string_view address) {
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || c == '/' || c == ':' || c == '@' || c == ',' ||
           kHostCharacters.find(c) != std::string_view::npos;
  };
  if (address.empty() || !std::all_of(address.begin(), address.end(), allowed)) {
    return fail(Code::usage, "peer URL {} is not a valid socket address", url);
  }
  return {};
}

}  // namespace

Result<std::string> normalize_peer_url(std::string_view text) {
  const std::string_view url = trim(text);
  const auto separator = url.find("://");
  if (separator == std::string_view::npos) {
    return fail(Code::usage, "peer URL \"{}\" has no scheme: it must begin with http:// or https://", url);
  }
  std::string scheme(url.substr(0, separator));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  const std::string_view address = url.substr(separator + 3);
  if (scheme == "http" || scheme == "https") {
    HF_TRY(check_tcp_address(url, address));
  } else if (scheme == "unix" || scheme == "unixs") {
    HF_TRY(check_unix_address(url, address));
  } else {
    return fail(Code::usage, "peer URL {} has the scheme {}: it must be http, https, unix or unixs", url, scheme);
  }
  return scheme.append("://").append(address);
}

Result<std::vector<std::string>> parse_peer_urls(std::string_view text) {
  std::vector<std::string> urls;
  for (const std::string_view part : split(text, ',')) {
    if (trim(part).empty()) continue;
    HF_ASSIGN(std::string url, normalize_peer_url(part));
    urls.push_back(std::move(url));
  }
  std::sort(urls.begin(), urls.end());
  return urls;
}

}  // namespace holdfast::snapshot
