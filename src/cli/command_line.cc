#include "cli/command_line.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/suggest.h"

namespace holdfast::cli {
namespace {

constexpr int kMaxArguments = 1000;

bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word.front() == '-';
}

bool is_named(const Option& option, std::string_view word) {
  if (word.size() == 2) return option.letters.find(word[1]) != std::string::npos;
  word.remove_prefix(2);
  return option.name == word || std::ranges::find(option.aliases, word) != option.aliases.end();
}

// Does any command take an option of this name with a value? Options may stand before the command's words, where it is
// not known yet which command it will be; a name means the same everywhere.
bool takes_value(const Command& command, const std::string& word) {
  if (!word.starts_with("--") && word.size() != 2) return false;
  for (const OptionGroup& group : command.groups) {
    for (const Option& option : group.options) {
      if (!option.is_switch() && is_named(option, word)) return true;
    }
  }
  return std::ranges::any_of(command.commands, [&](const Command& child) { return takes_value(child, word); });
}

tl::unexpected<Error> unknown_command(const Command& group, const std::string& path, const std::string& word) {
  std::vector<std::string> names;
  for (const Command& child : group.commands) {
    if (!child.hidden) names.push_back(child.name);
  }
  const std::string meant = nearest(word, names);
  const std::string hint = meant.empty() ? fmt::format("choose one of: {}", fmt::join(names, ", "))
                                         : fmt::format("did you mean \"{} {}\"?", path, meant);
  return with_hint(fail(Code::usage, "\"{}\" is not a command of {}", word, path), hint);
}

// Follows the command words; everything else stays in `rest`, in order.
Status find_words(const Command& root, const std::vector<std::string>& words, CommandLine& line,
                  std::vector<std::string>& rest) {
  line.command = &root;
  std::string path = root.name;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (line.command->commands.empty() || looks_like_option(word)) {
      rest.push_back(word);
      const bool value_follows = !line.command->commands.empty() && word != "--" && takes_value(root, word);
      if (value_follows && i + 1 < words.size()) rest.push_back(words[++i]);
      continue;
    }
    const Command* child = find_command(*line.command, {word});
    if (child == nullptr) return unknown_command(*line.command, path, word);
    line.command = child;
    line.words.push_back(word);
    path += " " + word;
  }
  return {};
}

// CLI11 takes the next word as the value of "--name=", instead of nothing.
std::vector<std::string> split_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const std::string& word : words) {
    const bool empty_value = word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1;
    out.push_back(empty_value ? word.substr(0, word.size() - 1) : word);
    if (empty_value) out.emplace_back();
  }
  return out;
}

// Takes "--" and everything behind it off the words: those are arguments, whatever they look like.
std::vector<std::string> take_plain_arguments(std::vector<std::string>& words) {
  const auto marker = std::ranges::find(words, "--");
  if (marker == words.end()) return {};
  std::vector<std::string> arguments(marker + 1, words.end());
  words.erase(marker, words.end());
  return arguments;
}

std::string cli11_names(const Option& option) {
  std::string names = "--" + option.name;
  for (const std::string& alias : option.aliases)
    names += ",--" + alias;
  for (const char letter : option.letters)
    names += fmt::format(",-{}", letter);
  return names;
}

CLI::Option* add_to(CLI::App& app, const Option& option) {
  using CLI::MultiOptionPolicy;
  if (option.is_switch()) return app.add_flag(cli11_names(option))->multi_option_policy(MultiOptionPolicy::TakeLast);
  CLI::Option* added = app.add_option(cli11_names(option), CLI::callback_t{});
  added->type_size(1)->expected(1)->allow_extra_args(false);
  return added->multi_option_policy(option.repeatable ? MultiOptionPolicy::TakeAll : MultiOptionPolicy::TakeLast);
}

tl::unexpected<Error> unknown_option(std::string word, const std::vector<const Option*>& options,
                                     const std::string& path) {
  word = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Option* option : options) {
    names.push_back("--" + option->name);
    for (const std::string& alias : option->aliases)
      names.push_back("--" + alias);
  }
  const std::string meant = nearest(word, names);
  const std::string hint =
      meant.empty() ? fmt::format("\"{} --help\" shows them all", path) : fmt::format("did you mean {}?", meant);
  return with_hint(fail(Code::usage, "{} has no flag {}", path, word), hint);
}

tl::unexpected<Error> not_understood(const CLI::ParseError& error) {
  const std::string text = error.what();
  if (error.get_name() == "ArgumentMismatch") {
    return fail(Code::usage, "{} needs a value", text.substr(0, text.find_first_of(": ,")));
  }
  return fail(Code::usage, "the command line is not understood: {}", error.get_name());
}

Status check_count(const Command& command, const CommandLine& line, const std::string& path) {
  const std::vector<Positional>& wanted = command.positionals;
  const std::size_t given = line.arguments.size();
  if (given < wanted.size() && !wanted[given].optional) {
    return with_hint(fail(Code::usage, "{} is missing: {}", wanted[given].name, wanted[given].help),
                     fmt::format("\"{} --help\" shows examples", path));
  }
  const bool open_end = !wanted.empty() && wanted.back().repeatable;
  if (given > wanted.size() && !open_end) {
    return with_hint(fail(Code::usage, "{} takes {} argument{}, and \"{}\" is one too many", path, wanted.size(),
                          wanted.size() == 1 ? "" : "s", line.arguments[wanted.size()]),
                     fmt::format("\"{} --help\" shows examples", path));
  }
  return {};
}

}  // namespace

std::vector<const Option*> options_of(const Command& root, const Command& command) {
  std::vector<const Option*> options;
  const auto add = [&options](const Command& from) {
    for (const OptionGroup& group : from.groups) {
      for (const Option& option : group.options)
        options.push_back(&option);
    }
  };
  if (&root != &command) add(command);
  add(root);
  return options;
}

Result<CommandLine> parse_command_line(const Command& root, const std::vector<std::string>& words) {
  CommandLine line;
  std::vector<std::string> rest;
  HF_TRY(find_words(root, words, line, rest));
  std::string path = root.name;
  for (const std::string& word : line.words)
    path += " " + word;

  const std::vector<std::string> plain_arguments = take_plain_arguments(rest);

  CLI::App app;
  app.set_help_flag();
  app.allow_extras();  // reported below, without their values
  app.add_flag("-h,--help", line.help);
  app.add_flag("-v,--version", line.version);
  const std::vector<const Option*> options = options_of(root, *line.command);
  std::vector<std::pair<const Option*, CLI::Option*>> added;
  for (const Option* option : options)
    added.emplace_back(option, add_to(app, *option));
  app.add_option("arguments", line.arguments)->expected(0, kMaxArguments);
  try {
    std::vector<std::string> reversed = split_empty_values(rest);
    std::ranges::reverse(reversed);
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return not_understood(error);
  }
  if (!app.remaining().empty()) return unknown_option(app.remaining().front(), options, path);
  line.arguments.insert(line.arguments.end(), plain_arguments.begin(), plain_arguments.end());
  for (const auto& [option, parsed] : added) {
    if (parsed->count() == 0) continue;
    const std::vector<std::string>& given = parsed->results();
    line.values[option->name] = option->repeatable ? given : std::vector<std::string>{given.back()};
  }
  const bool only_asks = line.help || line.version;
  if (!only_asks && line.command->commands.empty()) HF_TRY(check_count(*line.command, line, path));
  return line;
}

}  // namespace holdfast::cli
