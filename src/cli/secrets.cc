#include "cli/secrets.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "base/bytes.h"
#include "cli/completion_facts.h"

namespace holdfast::cli {
namespace {

// Where the password of a URL begins and ends; more may be taken for it where several URLs stand behind each other.
std::string_view url_password(std::string_view url) {
  const std::size_t end = url.rfind('@');
  if (end == std::string_view::npos) return {};
  const std::size_t scheme = url.find("://");
  const std::size_t colon = url.find(':', scheme == std::string_view::npos ? 0 : scheme + 3);
  return colon < end ? url.substr(colon + 1, end - colon - 1) : std::string_view{};
}

// The part of `value` that is a secret; empty when there is none.
std::string_view secret_part(std::string_view value, Hides what) {
  switch (what) {
    case Hides::nothing:
      return {};
    case Hides::value:
      return value;
    case Hides::after_colon: {
      const std::size_t colon = value.find(':');
      return colon == std::string_view::npos ? std::string_view{} : value.substr(colon + 1);
    }
    case Hides::url_password:
      return url_password(value);
    case Hides::private_key:
      return is_private_key(value) ? value : std::string_view{};
  }
  return {};
}

bool hide(char* value, Hides what) {
  const std::string_view part = secret_part(value, what);
  if (!part.empty()) std::memset(value + (part.data() - value), '*', part.size());
  return !part.empty();
}

std::map<std::string, Hides, std::less<>> hiding_options(const Command& root) {
  std::map<std::string, Hides, std::less<>> found;
  for (const auto& [name, option] : distinct_options(root)) {
    if (option->hides == Hides::nothing) continue;
    for (const std::string& spelling : spellings_of(*option))
      found.emplace(spelling, option->hides);
  }
  return found;
}

Status need_somebody(World& world, const std::string& what) {
  if (world.prompter.possible()) return {};
  // "passphrase", or "password of root".
  return with_hint(fail(Code::usage, "there is no terminal to ask for the {}", what),
                   fmt::format("give it in a file, with --{}-file FILE", what.substr(0, what.find(' '))));
}

}  // namespace

bool is_private_key(std::string_view text) {
  constexpr std::string_view kPrefix = "AGE-SECRET-KEY-";
  const auto same = [](char c, char wanted) { return std::toupper(static_cast<unsigned char>(c)) == wanted; };
  return text.size() >= kPrefix.size() &&
         std::equal(kPrefix.begin(), kPrefix.end(), text.begin(), [&](char wanted, char c) { return same(c, wanted); });
}

bool hide_secrets(const Command& root, int argc, char** argv) {
  const auto hiding = hiding_options(root);
  bool any = false;
  for (int i = 1; i < argc; ++i) {
    char* word = argv[i];
    if (std::strcmp(word, "--") == 0) break;
    char* equals = std::strchr(word, '=');
    const std::string_view name = equals == nullptr ? std::string_view(word) : std::string_view(word, equals);
    const auto found = hiding.find(name);
    if (found == hiding.end()) continue;
    if (equals != nullptr) {
      any = hide(equals + 1, found->second) || any;
    } else if (i + 1 < argc) {
      any = hide(argv[++i], found->second) || any;
    }
  }
  return any;
}

Status check_names_file(const std::string& path) {
  if (!is_private_key(path)) return {};
  return with_hint(fail(Code::usage, "a private key itself was given where a file is named"),
                   "put the key into a file that only you can read, and think of it as seen by others");
}

Result<Secret> read_secret_file(os::FileSystem& files, const std::string& path) {
  HF_TRY(check_names_file(path));
  HF_ASSIGN(Bytes bytes, os::read_file(files, path, kMaxSecretSize));
  std::string_view line = as_text(bytes);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  Secret secret(line);
  std::ranges::fill(bytes, std::uint8_t{0});
  if (secret.empty()) return fail(Code::usage, "the first line of {} is empty", path);
  return secret;
}

Result<Secret> ask_new_secret(World& world, const std::string& what) {
  HF_TRY(need_somebody(world, what));
  constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    HF_ASSIGN(Secret first, world.prompter.ask_secret("New " + what + ": "));
    if (first.empty()) return fail(Code::usage, "the {} is empty", what);
    HF_ASSIGN(const Secret second, world.prompter.ask_secret("The same " + what + " again: "));
    if (first.reveal() == second.reveal()) return first;
    world.err << "They are not the same.\n" << std::flush;
  }
  return fail(Code::usage, "the {} was typed differently {} times", what, kAttempts);
}

Result<Secret> ask_known_secret(World& world, const std::string& what) {
  HF_TRY(need_somebody(world, what));
  return world.prompter.ask_secret(static_cast<char>(std::toupper(static_cast<unsigned char>(what[0]))) +
                                   what.substr(1) + ": ");
}

}  // namespace holdfast::cli
