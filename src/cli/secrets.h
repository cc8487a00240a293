// Secrets on their way in: from files, from prompts, and out of the process list.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "cli/command.h"
#include "cli/world.h"

namespace holdfast::cli {

constexpr std::size_t kMaxSecretSize = 64 * 1024;

// Overwrites with '*' the secrets among the arguments of the process, in place, so that the process list does not show
// them. `argv` as main() gets it, after its words were copied. Returns whether there was one.
bool hide_secrets(const Command& root, int argc, char** argv);

// Is this a private key of age itself, instead of a file that holds it?
bool is_private_key(std::string_view text);

// Code::usage when a private key stands where a file should be named; the message does not repeat it.
Status check_names_file(const std::string& path);

// A file whose first line is the secret. Code::usage when that line is empty.
Result<Secret> read_secret_file(os::FileSystem& files, const std::string& path);

// Asks for a new secret twice, until both are the same. Code::usage when there is nobody to ask.
Result<Secret> ask_new_secret(World& world, const std::string& what);

// Asks for a secret once. Code::usage when there is nobody to ask.
Result<Secret> ask_known_secret(World& world, const std::string& what);

}  // namespace holdfast::cli
