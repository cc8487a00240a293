#include "cli/resources/complete_words.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "api/fields.h"
#include "api/kind.h"
#include "cli/completion_facts.h"
#include "cli/resources/time_limit.h"

namespace holdfast::cli {
namespace {

constexpr Duration kPatience = std::chrono::seconds(2);

using Words = std::vector<std::string>;

// Reads the words leniently: what is typed is seldom complete.
class Reader {
 public:
  Reader(const Command& root, ServerFlags& flags) : command_(&root) {
    for (const auto& [name, option] : distinct_options(root)) {
      for (const std::string& spelling : spellings_of(*option))
        takes_value_[spelling] = !option->is_switch();
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
      if (i + 1 < words.size()) set(name, words[++i]);
    }
  }

  const Command& command() const { return *command_; }
  const Words& arguments() const { return arguments_; }

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
    for (const Option& option : own_) {
      const Words spellings = spellings_of(option);
      const bool meant = std::ranges::find(spellings, spelling) != spellings.end();
      // A bad value is the affair of the command itself.
      if (meant && !option.set({value})) return;
    }
  }

  const Command* command_;
  std::vector<Option> own_;
  std::map<std::string, bool> takes_value_;
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

Result<Words> names_of(const std::string& kind, const ServerFlags& flags, Session& session) {
  World& world = session.world();
  const TimeLimit time(kPatience, world.clock, world.stop);
  HF_ASSIGN(const auto client, open_client(flags, session));
  HF_ASSIGN(const client::Resource all, client->resource(kind, "", "", time.token()));
  HF_ASSIGN(const json::Value list,
            client->ask({.path = all.path() + "?limit=500",
                         .accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"},
                        time.token()));
  Words names;
  if (const json::Array* items = api::array_at(list, {"items"})) {
    for (const json::Value& item : *items)
      names.emplace_back(api::text_at(item, {"metadata", "name"}));
  }
  return names;
}

Words candidates(const Reader& reader, const ServerFlags& flags, Session& session) {
  const std::vector<Positional>& positionals = reader.command().positionals;
  if (positionals.empty()) return {};
  const std::size_t at = std::min(reader.arguments().size(), positionals.size() - 1);
  if (positionals[at].completes != Completes::resource) return {};
  std::string kind = positionals[at].kind;
  if (kind.empty() && reader.arguments().empty()) return kind_words();
  if (kind.empty()) kind = reader.arguments().front();
  return names_of(kind, flags, session).value_or(Words{});
}

}  // namespace

std::vector<std::string> complete_words(const Words& words, ServerFlags& flags, Session& session) {
  Reader reader(session.root(), flags);
  reader.read(words);
  Words offers = candidates(reader, flags, session);
  std::erase_if(offers, [](const std::string& offer) { return !is_harmless(offer); });
  return offers;
}

}  // namespace holdfast::cli
