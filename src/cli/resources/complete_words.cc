#include "cli/resources/complete_words.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "client/kubeconfig_file.h"
#include "client/self.h"

#include "api/fields.h"
#include "api/kind.h"
#include "cli/command_line.h"
#include "cli/completion_facts.h"
#include "cli/resources/find_named.h"
#include "cli/resources/time_limit.h"

namespace holdfast::cli {
namespace {

constexpr Duration kPatience = std::chrono::seconds(2);

using Words = std::vector<std::string>;

constexpr std::string_view kClusters = "clusters.kubermatic.k8c.io";
constexpr std::string_view kSeeds = "seeds.kubermatic.k8c.io";
constexpr std::string_view kProjects = "projects.kubermatic.k8c.io";

// Reads the words leniently: what is typed is seldom complete.
class Reader {
 public:
  Reader(const Command& root, ServerFlags& flags) : root_(root), command_(&root) {
    for (const auto& [name, option] : distinct_options(root)) {
      for (const std::string& spelling : spellings_of(*option)) {
        takes_value_[spelling] = !option->is_switch();
        name_of_[spelling] = name;
      }
    }
    own_ = connection_options(flags).options;
    own_.push_back(namespace_option(flags));
  }

  void read(const Words& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (!word.starts_with('-') || word == "-") {
        take(word);
        continue;
      }
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      const auto known = takes_value_.find(name);
      if (known == takes_value_.end() || !known->second) continue;
      if (equals != std::string::npos) {
        set(name, word.substr(equals + 1));
        continue;
      }
      if (i + 1 < words.size() && words[i + 1] == "=") ++i;  // bash takes them apart
      // Shells that say the flag once more mean the one that is there already.
      const bool said_twice = i + 2 == words.size() && words[i + 1] == name;
      if (i + 1 == words.size() || said_twice) {
        open_ = name_of_[name];
        return;
      }
      set(name, words[++i]);
    }
  }

  // The kind whose names may come next; "" when a kind may, nothing when neither.
  std::optional<std::string> wanted() const {
    if (!open_.empty()) {
      for (const Option* option : options_of(root_, *command_)) {
        if (option->name == open_ && option->completes == Completes::resource) return option->kind;
      }
      return std::nullopt;
    }
    const std::vector<Positional>& positionals = command_->positionals;
    if (positionals.empty()) return std::nullopt;
    const std::size_t at = std::min(arguments_.size(), positionals.size() - 1);
    const bool more = at == arguments_.size() || positionals[at].repeatable;
    if (!more || positionals[at].completes != Completes::resource) return std::nullopt;
    return positionals[at].kind;
  }

  const Words& arguments() const { return arguments_; }

  // What was said of this kind already, by a flag or as an argument; empty: nothing.
  std::string said(std::string_view kind) const {
    for (const Option* option : options_of(root_, *command_)) {
      const auto value = values_.find(option->name);
      if (option->kind == kind && value != values_.end()) return value->second;
    }
    const std::vector<Positional>& positionals = command_->positionals;
    for (std::size_t i = 0; i < std::min(positionals.size(), arguments_.size()); ++i) {
      if (positionals[i].kind == kind) return arguments_[i];
    }
    return "";
  }

 private:
  void take(const std::string& word) {
    const auto child = std::ranges::find(command_->commands, word, &Command::name);
    if (child == command_->commands.end()) {
      arguments_.push_back(word);
    } else {
      command_ = &*child;
    }
  }

  void set(const std::string& spelling, const std::string& value) {
    values_[name_of_[spelling]] = value;
    for (const Option& option : own_) {
      const Words spellings = spellings_of(option);
      const bool meant = std::ranges::find(spellings, spelling) != spellings.end();
      // A bad value is the affair of the command itself.
      if (meant && !option.set({value})) return;
    }
  }

  const Command& root_;
  const Command* command_;
  std::vector<Option> own_;
  std::map<std::string, bool> takes_value_;
  std::map<std::string, std::string> name_of_;  // by spelling
  std::map<std::string, std::string> values_;   // by name
  std::string open_;                            // the option whose value comes next
  Words arguments_;
};

bool is_harmless(const std::string& word) {
  return !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
  });
}

Words kind_words() {
  Words words;
  const auto kinds = api::Kinds::load();
  if (!kinds) return words;
  for (const api::Kind& kind : kinds->all()) {
    if (kind.can("get")) words.push_back(kind.plural);
  }
  return words;
}

Result<Words> context_names(const ServerFlags& flags, Session& session) {
  World& world = session.world();
  HF_ASSIGN(const client::Kubeconfig config, client::load_kubeconfig(kubeconfig_paths(flags, world), world.files));
  Words names;
  for (const auto& [name, context] : config.contexts)
    names.push_back(name);
  return names;
}

// Asks the server, and waits for it for so long.
class Names {
 public:
  Names(client::ApiClient& client, World& world) : client_(client), time_(kPatience, world.clock, world.stop) {}

  // Of a kind that was typed: where -n or the context says.
  Result<Words> of_typed(const std::string& kind) {
    HF_ASSIGN(const client::Resource all, client_.resource(kind, "", "", time_.token()));
    return of(all);
  }
  // Of a kind that the command is about: of one cluster, or with none said of all.
  Result<Words> of_kind(std::string_view kind, std::string_view cluster) {
    const bool of_clusters = kind == kClusters || kind == kSeeds || kind == kProjects;
    HF_ASSIGN(const client::Resource all, all_of(client_, kind, of_clusters ? "" : cluster, time_.token()));
    auto names = of(all);
    // Who may not list them still knows the own ones.
    if (names || kind != kProjects) return names;
    HF_ASSIGN(const client::Self self, client::who_am_i(client_, time_.token()));
    Words own;
    for (const auto& [project, role] : self.projects)
      own.push_back(project);
    return own;
  }

  Result<Words> of_destinations(std::string_view seed) {
    HF_ASSIGN(const client::Resource seeds, all_of(client_, kSeeds, "", time_.token()));
    HF_ASSIGN(const json::Value list, client_.list(seeds, {}, client::Form::object, time_.token()));
    Words names;
    for (const json::Value& each : *api::array_at(list, {"items"})) {
      if (!seed.empty() && api::text_at(each, {"metadata", "name"}) != seed) continue;
      const json::Object* destinations = api::object_at(each, {"spec", "etcdBackupRestore", "destinations"});
      if (destinations == nullptr) continue;
      for (const auto& destination : *destinations)
        names.emplace_back(destination.key());
    }
    return names;
  }

 private:
  Result<Words> of(const client::Resource& all) {
    HF_ASSIGN(
        const json::Value list,
        client_.ask({.path = all.path() + "?limit=500",
                     .accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"},
                    time_.token()));
    Words names;
    if (const json::Array* items = api::array_at(list, {"items"})) {
      for (const json::Value& item : *items)
        names.emplace_back(api::text_at(item, {"metadata", "name"}));
    }
    return names;
  }

  client::ApiClient& client_;
  const TimeLimit time_;
};

Result<Words> candidates(const Reader& reader, const ServerFlags& flags, Session& session) {
  const std::optional<std::string> kind = reader.wanted();
  if (!kind) return Words{};
  const bool typed = kind->empty();
  if (typed && reader.arguments().empty()) return kind_words();
  if (*kind == kContexts) return context_names(flags, session);
  HF_ASSIGN(const auto client, open_client(flags, session));
  Names names(*client, session.world());
  if (typed) return names.of_typed(reader.arguments().front());
  if (*kind == kDestinations) return names.of_destinations(reader.said(kSeeds));
  return names.of_kind(*kind, *kind == kClusters ? "" : reader.said(kClusters));
}

}  // namespace

std::vector<std::string> complete_words(const Words& words, ServerFlags& flags, Session& session) {
  Reader reader(session.root(), flags);
  reader.read(words);
  Words offers = candidates(reader, flags, session).value_or(Words{});
  std::erase_if(offers, [](const std::string& offer) { return !is_harmless(offer); });
  std::ranges::sort(offers);
  offers.erase(std::unique(offers.begin(), offers.end()), offers.end());
  return offers;
}

}  // namespace holdfast::cli
