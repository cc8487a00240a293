#include "cli/encryption_options.h"

#include <algorithm>

#include "cli/secrets.h"
#include "cli/setters.h"

namespace holdfast::cli {
namespace {

constexpr std::size_t kMaxKeyFile = 1024 * 1024;

Option passphrase_file_option(std::string& target) {
  return {.name = "passphrase-file",
          .value_name = "FILE",
          .help = "file whose first line is the passphrase",
          .completes = Completes::file,
          .set = set_text(target)};
}

Option passphrase_option(bool& target) {
  return {.name = "passphrase",
          .help = "ask for a passphrase at the terminal",
          .only_flag = true,
          .set = set_switch(target)};
}

Result<Secret> read_passphrase_file(const std::string& path, Session& session) {
  auto passphrase = read_secret_file(session.world().files, path);
  if (!passphrase) return in_context(std::move(passphrase).error(), "read the passphrase file");
  return passphrase;
}

}  // namespace

OptionGroup encrypt_options(EncryptFlags& flags) {
  OptionGroup group{.title = "Encryption (age)", .options = {}};
  group.options.push_back({.name = "recipient",
                           .letters = "r",
                           .value_name = "age1...",
                           .help = "public key that can open the snapshot; with none it is stored readable",
                           .repeatable = true,
                           .hides = Hides::private_key,
                           .set = set_list(flags.recipients)});
  group.options.push_back({.name = "recipients-file",
                           .letters = "R",
                           .value_name = "FILE",
                           .help = "file with public keys, one a line",
                           .completes = Completes::file,
                           .repeatable = true,
                           .set = set_list(flags.recipients_files)});
  group.options.push_back(passphrase_file_option(flags.passphrase_file));
  group.options.push_back(passphrase_option(flags.ask_passphrase));
  return group;
}

Result<pipeline::age::EncryptTo> encrypt_to(const EncryptFlags& flags, Session& session) {
  pipeline::age::EncryptTo to;
  for (const std::string& text : flags.recipients) {
    auto recipient = pipeline::age::Recipient::parse(text);
    if (!recipient) return in_context(std::move(recipient).error(), "use --recipient");
    to.recipients.push_back(*recipient);
  }
  for (const std::string& path : flags.recipients_files) {
    HF_TRY(check_names_file(path));
    HF_ASSIGN(const Bytes text, os::read_file(session.world().files, path, kMaxKeyFile));
    auto recipients = pipeline::age::parse_recipients(as_text(text));
    if (!recipients) return in_context(std::move(recipients).error(), "use the recipients of {}", path);
    if (recipients->empty()) return fail(Code::usage, "{} names no recipient", path);
    to.recipients.insert(to.recipients.end(), recipients->begin(), recipients->end());
  }
  const bool with_passphrase = !flags.passphrase_file.empty() || flags.ask_passphrase;
  if (with_passphrase && !to.recipients.empty()) {
    return with_hint(fail(Code::usage, "recipients and a passphrase cannot be combined"), "choose one of the two");
  }
  if (!flags.passphrase_file.empty()) {
    HF_ASSIGN(to.passphrase, read_passphrase_file(flags.passphrase_file, session));
  } else if (flags.ask_passphrase) {
    HF_ASSIGN(to.passphrase, ask_new_secret(session.world(), "passphrase"));
  }
  return to;
}

OptionGroup decrypt_options(DecryptFlags& flags) {
  OptionGroup group{.title = "Decryption (age)", .options = {}};
  group.options.push_back({.name = "identity",
                           .letters = "i",
                           .value_name = "FILE",
                           .help = "file with private keys, as age-keygen writes it",
                           .completes = Completes::file,
                           .repeatable = true,
                           .hides = Hides::private_key,
                           .set = set_list(flags.identity_files)});
  group.options.push_back(passphrase_file_option(flags.passphrase_file));
  group.options.push_back(passphrase_option(flags.ask_passphrase));
  return group;
}

Result<pipeline::age::DecryptWith> decrypt_with(const DecryptFlags& flags, Session& session) {
  pipeline::age::DecryptWith with;
  for (const std::string& path : flags.identity_files) {
    if (auto file = check_names_file(path); !file) return in_context(std::move(file).error(), "use --identity");
    HF_ASSIGN(Bytes text, os::read_file(session.world().files, path, kMaxKeyFile));
    auto identities = pipeline::age::parse_identities(as_text(text));
    std::ranges::fill(text, std::uint8_t{0});
    if (!identities) return in_context(std::move(identities).error(), "use the identities of {}", path);
    if (identities->empty()) return fail(Code::usage, "{} holds no private key", path);
    with.identities.insert(with.identities.end(), identities->begin(), identities->end());
  }
  if (!flags.passphrase_file.empty()) {
    HF_ASSIGN(with.passphrase, read_passphrase_file(flags.passphrase_file, session));
  } else if (flags.ask_passphrase) {
    HF_ASSIGN(with.passphrase, ask_known_secret(session.world(), "passphrase"));
  }
  return with;
}

}  // namespace holdfast::cli
