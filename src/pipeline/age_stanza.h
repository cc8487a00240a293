// Private to pipeline/: how a file key is wrapped for a recipient or a passphrase, and unwrapped again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "os/random.h"
#include "pipeline/age.h"
#include "pipeline/age_crypto.h"
#include "pipeline/age_header.h"

namespace holdfast::pipeline::age {

// Code::usage for a Recipient that was not parsed.
Result<Stanza> wrap_for_recipient(const FileKey& file_key, const Recipient& recipient, os::Random& random);

// Code::no_space when the machine has not the memory.
Result<Stanza> wrap_for_passphrase(const FileKey& file_key, const Secret& passphrase, int log_n, os::Random& random);

// Whether stanzas of the types known here have the shape they must have: Code::corrupt. Others are not looked at.
Status check_stanzas(const std::vector<Stanza>& stanzas);

// The file key from the first stanza that an identity or the passphrase opens; no value when none does. `stanzas` have
// been checked. Code::corrupt for a point of low order, Code::refused for too high a work factor, Code::no_space.
Result<std::optional<FileKey>> unwrap_file_key(const std::vector<Stanza>& stanzas, const DecryptWith& with);

// "2 X25519 recipients", "a passphrase", "1 X25519 recipient and 1 of another kind": for a hint.
std::string describe_recipients(const std::vector<Stanza>& stanzas);
// What to give a command that reads it, behind the words above: ": give …".
std::string how_to_open(const std::vector<Stanza>& stanzas);

}  // namespace holdfast::pipeline::age
