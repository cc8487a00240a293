#include "work/container/environment.h"

#include <algorithm>
#include <array>

#include "api/fields.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {
namespace {

// Where KKP's jobs ran, and where destinations have their Secrets unless they say otherwise.
constexpr std::string_view kJobNamespace = "kube-system";
constexpr control::TypeName kConfigMapType{"v1", "ConfigMap"};

// KKP compares these without regard to case, all others as they are.
constexpr std::array kAnyCase{"ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "BUCKET_NAME", "ENDPOINT", "INSECURE"};

std::string in_small_letters(std::string_view text) {
  std::string result(text);
  for (char& each : result)
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  return result;
}

struct Expanded {
  std::string text;
  std::string secret;  // the first secret variable that was put in; empty: none
};

Expanded expand(std::string_view text, const ContainerEnvironment& environment) {
  Expanded result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("$$")) {
      result.text += '$';
      ++at;
      continue;
    }
    const std::size_t end = rest.starts_with("$(") ? rest.find(')') : std::string_view::npos;
    const std::string name(end == std::string_view::npos ? "" : rest.substr(2, end - 2));
    const auto found = environment.variables.find(name);
    if (end == std::string_view::npos || found == environment.variables.end()) {
      result.text += text[at];
      continue;
    }
    if (environment.secret_names.contains(name) && result.secret.empty()) result.secret = name;
    result.text += found->second.reveal();
    at += end;
  }
  return result;
}

class Builder {
 public:
  Builder(const json::Value& destination, World& world) : destination_(destination), world_(world) {}

  Status add_promised(const control::OwnContainer& container, const ContainerTask& task) {
    const std::string_view bucket = api::text_at(destination_, {"bucketName"});
    std::string endpoint(api::text_at(destination_, {"endpoint"}));
    set("BUCKET_NAME", bucket);
    set("INSECURE", is_insecure(endpoint) ? "true" : "false");
    if (endpoint.empty()) endpoint = endpoint_of_aws();
    set("ENDPOINT", endpoint);
    set("CLUSTER", task.cluster);
    set(container.role == control::ContainerRole::store ? "BACKUP_TO_CREATE" : "BACKUP_TO_DELETE", task.backup_name);
    set("BACKUP_SCHEDULE", task.schedule);
    set("BACKUP_KEEP_COUNT", std::to_string(task.keep));
    set("BACKUP_CONFIG", task.config);
    HF_TRY(add_credentials());
    for (const auto& each : environment_.variables)
      promised_.insert(each.first);
    return {};
  }

  Status add_own(const control::ContainerVariable& variable) {
    if (!variable.source) {
      const Expanded value = expand(variable.value, environment_);
      put(variable.name, Secret(value.text), !value.secret.empty());
      return {};
    }
    const control::ValueSource& source = *variable.source;
    HF_ASSIGN(const auto values, values_of(source));
    if (!values) return {};
    if (source.key.empty()) {
      for (const auto& [name, value] : *values)
        put(variable.name + name, value, source.secret);
      return {};
    }
    const auto found = values->find(source.key);
    if (found != values->end()) {
      put(variable.name, found->second, source.secret);
    } else if (!source.optional) {
      return fail(Code::not_found, "the {} {}/{} for the variable {} has no key {}", kind_of(source), kJobNamespace,
                  source.name, variable.name, source.key);
    }
    return {};
  }

  ContainerEnvironment take() { return std::move(environment_); }

 private:
  static std::string_view kind_of(const control::ValueSource& source) { return source.secret ? "Secret" : "ConfigMap"; }

  void set(const std::string& name, std::string_view value) { environment_.variables[name] = Secret(value); }

  // What the container itself sets, unless it is promised to be something else.
  void put(const std::string& name, const Secret& value, bool secret) {
    const bool taken = promised_.contains(name) || std::any_of(kAnyCase.begin(), kAnyCase.end(), [&](const char* each) {
                         return in_small_letters(each) == in_small_letters(name) && promised_.contains(each);
                       });
    if (taken) return;
    environment_.variables[name] = value;
    if (secret) environment_.secret_names.insert(name);
    if (!secret) environment_.secret_names.erase(name);
  }

  Status add_credentials() {
    const json::Value* reference = api::field_at(destination_, {"credentials"});
    if (reference == nullptr) return {};  // of the machine or of a service account: nothing to hand over
    HF_ASSIGN(const auto values,
              referenced_secret(world_, *reference, kJobNamespace, "the credentials of the destination"));
    for (const char* name : {"ACCESS_KEY_ID", "SECRET_ACCESS_KEY"}) {
      const auto found = values.find(name);
      if (found == values.end()) continue;
      environment_.variables[name] = found->second;
      environment_.secret_names.insert(name);
    }
    return {};
  }

  // Other programs do not know that no endpoint means the one of AWS.
  std::string endpoint_of_aws() const {
    const std::string_view region = api::text_at(destination_, {"region"});
    return region.empty() ? "s3.amazonaws.com" : fmt::format("s3.{}.amazonaws.com", region);
  }

  // Nothing when it is missing and may be.
  Result<std::optional<std::map<std::string, Secret>>> values_of(const control::ValueSource& source) {
    const registry::ObjectId id{.name_space = std::string(kJobNamespace), .name = source.name};
    auto values = source.secret ? world_.registry.secret_values(id) : config_map_values(id);
    if (values) return std::optional(std::move(*values));
    if (values.error().code == Code::not_found && source.optional) return std::nullopt;
    if (values.error().code != Code::not_found) return tl::unexpected(std::move(values).error());
    return with_hint(fail(Code::not_found, "the {} {}/{} does not exist", kind_of(source), id.name_space, id.name),
                     "create it, or mark it as optional");
  }

  Result<std::map<std::string, Secret>> config_map_values(const registry::ObjectId& id) {
    HF_ASSIGN(const json::Value map, control::get_or_null(world_.registry, kConfigMapType, id));
    if (map.is_null()) return fail(Code::not_found, "it does not exist");
    std::map<std::string, Secret> values;
    if (const json::Object* data = api::object_at(map, {"data"})) {
      for (const auto& each : *data)
        if (each.value().is_string()) values.emplace(each.key(), Secret(each.value().get_string()));
    }
    return values;
  }

  const json::Value& destination_;
  World& world_;
  ContainerEnvironment environment_;
  std::set<std::string, std::less<>> promised_;
};

}  // namespace

bool is_insecure(std::string_view endpoint) {
  constexpr std::string_view kHttp = "http://";
  if (endpoint.size() <= kHttp.size() || in_small_letters(endpoint.substr(0, kHttp.size())) != kHttp) return false;
  const char first = endpoint[kHttp.size()];
  return first != '/' && first != '?' && first != '#';
}

Result<ContainerEnvironment> container_environment(const control::OwnContainer& container, const ContainerTask& task,
                                                   const json::Value& destination, World& world) {
  Builder builder(destination, world);
  HF_TRY(builder.add_promised(container, task));
  for (const control::ContainerVariable& each : container.variables)
    HF_TRY(builder.add_own(each));
  return builder.take();
}

Result<std::vector<std::string>> expand_words(const std::vector<std::string>& words,
                                              const ContainerEnvironment& environment) {
  std::vector<std::string> result;
  for (const std::string& each : words) {
    Expanded expanded = expand(each, environment);
    if (!expanded.secret.empty())
      return with_hint(
          fail(Code::usage, "$({}) would put a secret on the command line", expanded.secret),
          "let the program take it from its environment; a shell reads it as \"$" + expanded.secret + "\"");
    result.push_back(std::move(expanded.text));
  }
  return result;
}

}  // namespace holdfast::work
