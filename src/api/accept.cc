#include "api/accept.h"

#include <vector>

#include <fmt/format.h>

namespace holdfast::api {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

// "application/json;as=Table;v=v1;g=meta.k8s.io"
struct Entry {
  std::string type;
  std::string as;
  std::string group;
  std::string version;
  bool excluded = false;
};

void read_parameter(std::string_view parameter, Entry& entry) {
  const std::size_t equals = parameter.find('=');
  if (equals == std::string_view::npos) return;
  const std::string name = lower_case(trimmed(parameter.substr(0, equals)));
  std::string_view value = trimmed(parameter.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  if (name == "as") entry.as = value;
  if (name == "g") entry.group = value;
  if (name == "v") entry.version = value;
  if (name == "q") entry.excluded = value.starts_with("0") && value.find_first_not_of("0.") == std::string_view::npos;
}

Entry read_entry(std::string_view text) {
  Entry entry;
  std::size_t semicolon = text.find(';');
  entry.type = lower_case(trimmed(text.substr(0, semicolon)));
  while (semicolon != std::string_view::npos) {
    text.remove_prefix(semicolon + 1);
    semicolon = text.find(';');
    read_parameter(text.substr(0, semicolon), entry);
  }
  return entry;
}

std::vector<Entry> read_entries(std::string_view accept) {
  std::vector<Entry> entries;
  if (trimmed(accept).empty()) accept = "*/*";
  while (!accept.empty()) {
    const std::size_t comma = std::min(accept.find(','), accept.size());
    Entry entry = read_entry(accept.substr(0, comma));
    if (!entry.type.empty() && !entry.excluded) entries.push_back(std::move(entry));
    accept.remove_prefix(std::min(comma + 1, accept.size()));
  }
  return entries;
}

bool is_json(const Entry& entry) {
  return entry.type == "application/json" || entry.type == "application/*" || entry.type == "*/*";
}

}  // namespace

std::optional<Accepted> negotiate(std::string_view accept) {
  for (const Entry& entry : read_entries(accept)) {
    if (!is_json(entry)) continue;
    if (entry.as.empty()) return Accepted{};
    if (entry.group != "meta.k8s.io" || (entry.version != "v1" && entry.version != "v1beta1")) continue;
    if (entry.as == "Table") return Accepted{.form = Form::table, .version = entry.version};
    if (entry.as == "PartialObjectMetadata" || entry.as == "PartialObjectMetadataList")
      return Accepted{.form = Form::partial_metadata, .version = entry.version};
  }
  return std::nullopt;
}

std::optional<std::string> negotiate_discovery(std::string_view accept) {
  for (const Entry& entry : read_entries(accept)) {
    if (!is_json(entry)) continue;
    if (entry.as.empty()) return "";
    if (entry.as == "APIGroupDiscoveryList" && entry.group == "apidiscovery.k8s.io" &&
        (entry.version == "v2" || entry.version == "v2beta1"))
      return entry.version;
  }
  return std::nullopt;
}

std::string discovery_content_type(std::string_view version) {
  if (version.empty()) return "application/json";
  return fmt::format("application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList", version);
}

bool wants_protobuf(std::string_view accept) {
  bool protobuf = false;
  for (const Entry& entry : read_entries(accept)) {
    if (is_json(entry)) return false;
    protobuf = protobuf || entry.type.find("protobuf") != std::string::npos;
  }
  return protobuf;
}

}  // namespace holdfast::api
