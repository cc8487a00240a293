#include "objectstore/s3/shared_config.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::size_t kLargestFile = kMiB;

struct Place {
  std::string path;
  bool given = false;  // by a variable, not just where it usually is
};

Place place_of(const os::Environment& environment, const char* variable, const char* below_home) {
  const std::string home = environment.get("HOME").value_or("");
  if (const auto given = environment.get(variable)) {
    return {.path = given->starts_with("~/") && !home.empty() ? home + given->substr(1) : *given, .given = true};
  }
  return {.path = home.empty() ? "" : os::join_path(home, below_home)};
}

Result<IniFile> load(os::FileSystem& files, const Place& place, std::string& unreadable) {
  if (place.path.empty()) return IniFile();
  const auto bytes = os::read_file(files, place.path, kLargestFile);
  if (!bytes && bytes.error().code == Code::not_found) return IniFile();
  if (!bytes && bytes.error().code == Code::refused && !place.given) {
    unreadable = place.path;
    return IniFile();
  }
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto file = parse_ini(as_text(*bytes));
  if (!file) return in_context(std::move(file).error(), "{}", place.path);
  return file;
}

IniSection section_of(const IniFile& file, const std::string& name) {
  const auto found = file.find(name);
  return found == file.end() ? IniSection() : found->second;
}

// In the config file a profile is "[profile NAME]"; only the default one may do without the word.
IniSection config_section_of(const IniFile& file, const std::string& name) {
  IniSection section = section_of(file, "profile " + name);
  return section.empty() && name == "default" ? section_of(file, name) : section;
}

std::string value_of(const IniSection& section, const std::string& name) {
  const auto found = section.find(name);
  return found == section.end() ? "" : found->second;
}

}  // namespace

std::string SharedProfile::setting(const std::string& setting_name) const {
  const std::string value = value_of(credentials, setting_name);
  return value.empty() ? value_of(config, setting_name) : value;
}

Result<SharedProfile> load_shared_profile(const std::string& profile, const CredentialSystem& system) {
  SharedProfile result;
  result.name = profile.empty() ? system.environment.get("AWS_PROFILE").value_or("") : profile;
  result.asked_for = !result.name.empty();
  if (!result.asked_for) result.name = "default";
  const Place credentials_place = place_of(system.environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  const Place config_place = place_of(system.environment, "AWS_CONFIG_FILE", ".aws/config");
  result.credentials_file = credentials_place.path;
  result.config_file = config_place.path;
  HF_ASSIGN(const IniFile credentials, load(system.files, credentials_place, result.unreadable));
  HF_ASSIGN(const IniFile config, load(system.files, config_place, result.unreadable));
  result.credentials = section_of(credentials, result.name);
  result.config = config_section_of(config, result.name);
  return result;
}

}  // namespace holdfast::objectstore::s3
