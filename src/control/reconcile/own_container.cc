#include "control/reconcile/own_container.h"

#include <algorithm>
#include <array>

#include <fmt/ranges.h>

#include "api/fields.h"
#include "api/yaml.h"
#include "base/bytes.h"
#include "control/reconcile/conditions.h"

namespace holdfast::control {
namespace {

constexpr std::size_t kMostBytes = 64 * kKiB;  // of a container as YAML; the API takes no more
constexpr std::string_view kBackupVolume = "etcd-backup";
constexpr std::string_view kCaVolume = "ca-bundle";
constexpr std::string_view kBackupPath = "/backup";

// What is read; everything else of a Container is for a kubelet.
constexpr std::array kKnown{"name", "image", "command", "args", "workingDir", "env", "envFrom", "volumeMounts"};
// The parts of the file tree that are the sandbox's own.
constexpr std::array kTaken{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
                            "/etc", "/opt", "/proc", "/dev", "/tmp",   "/var"};

std::string_view member_name(ContainerRole role) {
  return role == ContainerRole::store ? "backupStoreContainer" : "backupDeleteContainer";
}

bool lies_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

class Reader {
 public:
  Reader(const json::Value& value, ContainerRole role) : value_(value) { container_.role = role; }

  Result<OwnContainer> read() {
    container_.name = api::text_at(value_, {"name"});
    container_.image = api::text_at(value_, {"image"});
    container_.working_directory = api::text_at(value_, {"workingDir"});
    HF_TRY(read_words());
    HF_TRY(read_each("envFrom", [this](const json::Value& each) { return read_env_from(each); }));
    HF_TRY(read_each("env", [this](const json::Value& each) { return read_env(each); }));
    HF_TRY(read_each("volumeMounts", [this](const json::Value& each) { return read_mount(each); }));
    if (container_.backup_paths.empty()) container_.backup_paths.emplace_back(kBackupPath);
    if (const json::Object* members = value_.if_object()) {
      for (const auto& each : *members) {
        if (std::find(kKnown.begin(), kKnown.end(), each.key()) == kKnown.end())
          container_.ignored.emplace_back(each.key());
      }
    }
    return std::move(container_);
  }

 private:
  template <class Read>
  Status read_each(std::string_view name, const Read& read) {
    const json::Value* list = api::field_at(value_, {name});
    if (list == nullptr || list->is_null()) return {};
    if (!list->is_array()) return fail(Code::usage, "{} is no list", name);
    for (const json::Value& each : list->get_array()) {
      if (!each.is_object() && !each.is_string()) return fail(Code::usage, "an entry of {} is of the wrong kind", name);
      HF_TRY(read(each));
    }
    return {};
  }

  Status read_words() {
    for (const std::string_view name : {"command", "args"}) {
      HF_TRY(read_each(name, [&](const json::Value& each) -> Status {
        if (!each.is_string()) return fail(Code::usage, "an entry of {} is no text", name);
        container_.words.emplace_back(each.get_string());
        return {};
      }));
    }
    const json::Array* command = api::array_at(value_, {"command"});
    if (command != nullptr && !command->empty() && !container_.words.front().empty()) return {};
    return with_hint(fail(Code::usage, "it has no command"),
                     "name the program in its command: no image is loaded that could bring one");
  }

  Status read_env(const json::Value& entry) {
    ContainerVariable variable;
    variable.name = api::text_at(entry, {"name"});
    if (variable.name.empty() || variable.name.find_first_of(std::string_view("=\0", 2)) != std::string::npos)
      return fail(Code::usage, "an entry of env has no usable name");
    const json::Value* from = api::field_at(entry, {"valueFrom"});
    if (from != nullptr && from->is_object()) {
      HF_ASSIGN(variable.source, source_of(*from, "secretKeyRef", "configMapKeyRef"));
      if (!variable.source || variable.source->key.empty())
        return with_hint(fail(Code::usage, "env {} takes its value from something unknown", variable.name),
                         "secretKeyRef and configMapKeyRef, with name and key, are known");
    } else if (const json::Value* value = api::field_at(entry, {"value"}); value != nullptr && !value->is_null()) {
      if (!value->is_string())
        return with_hint(fail(Code::usage, "the value of env {} is no text", variable.name), "write it in quotes");
      variable.value = std::string(value->get_string());
    }
    container_.variables.push_back(std::move(variable));
    return {};
  }

  Status read_env_from(const json::Value& entry) {
    ContainerVariable variable;
    variable.name = api::text_at(entry, {"prefix"});
    HF_ASSIGN(variable.source, source_of(entry, "secretRef", "configMapRef"));
    if (!variable.source)
      return with_hint(fail(Code::usage, "an entry of envFrom names no source"),
                       "secretRef and configMapRef, with name, are known");
    variable.source->key.clear();
    container_.variables.push_back(std::move(variable));
    return {};
  }

  static Result<std::optional<ValueSource>> source_of(const json::Value& entry, std::string_view secret,
                                                      std::string_view config_map) {
    for (const std::string_view kind : {secret, config_map}) {
      const json::Value* reference = api::field_at(entry, {kind});
      if (reference == nullptr || !reference->is_object()) continue;
      ValueSource source{.secret = kind == secret,
                         .name = std::string(api::text_at(*reference, {"name"})),
                         .key = std::string(api::text_at(*reference, {"key"})),
                         .optional = api::flag_at(*reference, {"optional"})};
      if (source.name.empty()) return fail(Code::usage, "a {} has no name", kind);
      return source;
    }
    return std::nullopt;
  }

  Status read_mount(const json::Value& entry) {
    const std::string_view volume = api::text_at(entry, {"name"});
    const std::string path(api::text_at(entry, {"mountPath"}));
    if (volume == kCaVolume) return {};  // it is there anyway
    if (volume != kBackupVolume)
      return with_hint(fail(Code::usage, "it mounts the volume \"{}\", which there is not", volume),
                       "there are etcd-backup and ca-bundle");
    const bool taken =
        std::any_of(kTaken.begin(), kTaken.end(), [&](const char* each) { return lies_below(path, each); });
    if (!path.starts_with('/') || path == "/" || taken || path.find("..") != std::string::npos)
      return with_hint(fail(Code::usage, "it cannot have its volume at \"{}\"", path), "mount it at /backup");
    container_.backup_paths.push_back(path);
    return {};
  }

  const json::Value& value_;
  OwnContainer container_;
};

bool speaks_of(const OwnContainer& container, std::string_view text) {
  return std::any_of(container.words.begin(), container.words.end(),
                     [&](const std::string& each) { return each.find(text) != std::string::npos; });
}

// "/backup/snapshot.db" that is not the beginning of "/backup/snapshot.db.gz".
bool reads_plain_snapshot(const OwnContainer& container) {
  constexpr std::string_view kPlain = "/backup/snapshot.db";
  for (const std::string& each : container.words) {
    for (std::size_t at = each.find(kPlain); at != std::string::npos; at = each.find(kPlain, at + 1)) {
      if (!std::string_view(each).substr(at + kPlain.size()).starts_with(".gz")) return true;
    }
  }
  return false;
}

}  // namespace

std::string_view role_name(ContainerRole role) {
  return role == ContainerRole::store ? "store container" : "delete container";
}

Result<std::optional<OwnContainer>> own_container(const json::Value& configuration, ContainerRole role) {
  const std::string_view text = api::text_at(configuration, {"spec", "seedController", member_name(role)});
  if (text.empty()) return std::nullopt;
  const auto value = api::parse_yaml(text, kMostBytes);
  if (!value || !value->is_object())
    return fail(Code::usage, "spec.seedController.{} is no container: {}", member_name(role),
                value ? "it has no members" : value.error().message);
  auto container = Reader(*value, role).read();
  if (!container) return in_context(std::move(container).error(), "read spec.seedController.{}", member_name(role));
  return std::optional<OwnContainer>(std::move(*container));
}

bool takes_containers(const json::Value& destination) {
  return api::text_at(destination, {"type"}) != "local";
}

std::vector<std::string> surprises_of(const OwnContainer& container) {
  std::vector<std::string> sentences;
  if (!container.image.empty())
    sentences.push_back(
        fmt::format("no image is loaded ({} is ignored): the command of the {} runs with the programs of "
                    "the server's machine",
                    container.image, role_name(container.role)));
  if (!container.ignored.empty())
    sentences.push_back(fmt::format("these of its settings are ignored: {}", fmt::join(container.ignored, ", ")));
  if (speaks_of(container, "--secret_key") || speaks_of(container, "--access_key"))
    sentences.emplace_back(
        "its command puts keys on a command line, where everybody on the server's machine can read them while it runs");
  if (container.role == ContainerRole::store && reads_plain_snapshot(container))
    sentences.emplace_back("its command speaks of /backup/snapshot.db; the snapshot is in /backup/snapshot.db.gz");
  return sentences;
}

void describe_container(json::Object& status, const json::Value& configuration, const json::Value* destination,
                        Instant now, std::int64_t generation) {
  constexpr const char* kType = "StoredByContainer";
  const bool takes = destination != nullptr && takes_containers(*destination);
  const auto container =
      takes ? own_container(configuration, ContainerRole::store) : Result<std::optional<OwnContainer>>(std::nullopt);
  if (!container) {
    const Condition broken{
        .type = kType, .holds = false, .reason = "UnusableContainer", .message = container.error().to_string()};
    return set_condition(status, broken, now, generation);
  }
  if (!*container) return remove_condition(status, kType);
  const Condition runs{.type = kType,
                       .holds = true,
                       .reason = "RunsPrograms",
                       .message = fmt::format("{}", fmt::join(surprises_of(**container), "; "))};
  set_condition(status, runs, now, generation);
}

}  // namespace holdfast::control
