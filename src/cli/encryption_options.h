// The options that say who may open a stored snapshot, and with what it is opened.
#pragma once

#include <string>
#include <vector>

#include "cli/option.h"
#include "cli/session.h"
#include "pipeline/age.h"

namespace holdfast::cli {

struct EncryptFlags {
  std::vector<std::string> recipients;
  std::vector<std::string> recipients_files;
  std::string passphrase_file;
  bool ask_passphrase = false;

  bool any() const {
    return !recipients.empty() || !recipients_files.empty() || !passphrase_file.empty() || ask_passphrase;
  }
};
OptionGroup encrypt_options(EncryptFlags& flags);
// Reads the files, asks for the passphrase. Nobody in the result when no flag was given.
Result<pipeline::age::EncryptTo> encrypt_to(const EncryptFlags& flags, Session& session);

struct DecryptFlags {
  std::vector<std::string> identity_files;
  std::string passphrase_file;
  bool ask_passphrase = false;
};
OptionGroup decrypt_options(DecryptFlags& flags);
Result<pipeline::age::DecryptWith> decrypt_with(const DecryptFlags& flags, Session& session);

}  // namespace holdfast::cli
