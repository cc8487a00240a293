#include <algorithm>
#include <functional>

#include "pipeline/age.h"
#include "pipeline/age_crypto.h"
#include "pipeline/bech32.h"

namespace holdfast::pipeline::age {
namespace {

constexpr std::string_view kRecipientPrefix = "age";
constexpr std::string_view kIdentityPrefix = "AGE-SECRET-KEY-";
constexpr std::size_t kKeySize = 32;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

bool looks_like_identity(std::string_view text) {
  return std::equal(kIdentityPrefix.begin(), kIdentityPrefix.end(), text.begin(),
                    text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), kIdentityPrefix.size())),
                    [](char wanted, char c) { return wanted == (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
}

// What was typed, short enough for a message and without control characters.
std::string shown(std::string_view text) {
  std::string copy(text.substr(0, 80));
  std::replace_if(copy.begin(), copy.end(), [](char c) { return c < 32 || c > 126; }, '?');
  return copy;
}

tl::unexpected<Error> not_a_recipient(std::string_view text) {
  if (looks_like_identity(text)) {
    return with_hint(fail(Code::usage, "this is a secret key, not an age recipient"),
                     "give the public key: age-keygen -y prints it");
  }
  if (text.starts_with("ssh-")) {
    return with_hint(fail(Code::usage, "SSH keys are not supported as age recipients"), "make a key with age-keygen");
  }
  return with_hint(fail(Code::usage, "\"{}\" is not an age recipient", shown(text)),
                   "a recipient starts with age1 and is printed by age-keygen -y; check for typing errors");
}

// The error without what it quotes: any file may have been named by mistake.
tl::unexpected<Error> hidden(Error error) {
  if (error.message.find('"') != std::string::npos) error.message = "this is not a recipient that can be used";
  return tl::unexpected<Error>(std::move(error));
}

// Calls `take` for every line that holds a key; adds the line's number to its error.
Status for_each_key(std::string_view file, const std::function<Status(std::string_view)>& take) {
  std::size_t number = 0;
  while (!file.empty()) {
    ++number;
    const std::string_view line = file.substr(0, file.find('\n'));
    file.remove_prefix(std::min(file.size(), line.size() + 1));
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    if (auto taken = take(text); !taken) return in_context(std::move(taken).error(), "line {}", number);
  }
  return {};
}

}  // namespace

Result<Recipient> Recipient::parse(std::string_view text) {
  const auto decoded = bech32_decode(text);
  if (!decoded) return not_a_recipient(text);
  if (decoded->prefix != kRecipientPrefix) {
    if (!decoded->prefix.starts_with(kRecipientPrefix)) return not_a_recipient(text);
    return with_hint(fail(Code::usage, "age recipients of the kind \"{}\" are not supported", shown(decoded->prefix)),
                     "use an X25519 recipient: age-keygen makes one");
  }
  if (decoded->data.size() != kKeySize) return not_a_recipient(text);
  Recipient recipient;
  std::copy_n(decoded->data.begin(), kKeySize, recipient.point_.begin());
  // Any scalar shows a point of low order, which would wrap the file key for everybody.
  if (!x25519_shared(Key().view(), recipient.point_)) return not_a_recipient(text);
  return recipient;
}

std::string Recipient::to_string() const {
  return bech32_encode(kRecipientPrefix, point_);
}

Result<Identity> Identity::parse(std::string_view text) {
  auto decoded = bech32_decode(text);
  if (!decoded || decoded->prefix != kIdentityPrefix || decoded->data.size() != kKeySize) {
    return with_hint(fail(Code::usage, "not an age identity"),
                     "an identity starts with AGE-SECRET-KEY-1, in upper case, as age-keygen writes it");
  }
  Identity identity;
  identity.scalar_ = Secret(as_text(decoded->data));
  wipe(decoded->data);
  return identity;
}

Identity Identity::generate(os::Random& random) {
  Key scalar;
  random.fill(scalar.span());
  Identity identity;
  identity.scalar_ = Secret(as_text(scalar.view()));
  return identity;
}

Secret Identity::to_secret_string() const {
  constexpr std::string_view kLowerPrefix = "age-secret-key-";
  std::string text = bech32_encode(kLowerPrefix, as_bytes(scalar_.reveal()));
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  Secret secret(text);
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return secret;
}

Recipient Identity::recipient() const {
  Recipient recipient;
  recipient.point_ = x25519_public(as_bytes(scalar_.reveal()));
  return recipient;
}

Result<std::vector<Recipient>> parse_recipients(std::string_view file) {
  std::vector<Recipient> recipients;
  HF_TRY(for_each_key(file, [&](std::string_view text) -> Status {
    auto recipient = Recipient::parse(text);
    if (!recipient) return hidden(std::move(recipient).error());
    recipients.push_back(*recipient);
    return {};
  }));
  if (recipients.empty()) return fail(Code::usage, "no age recipient in it");
  return recipients;
}

Result<std::vector<Identity>> parse_identities(std::string_view file) {
  std::vector<Identity> identities;
  HF_TRY(for_each_key(file, [&](std::string_view text) -> Status {
    HF_ASSIGN(Identity identity, Identity::parse(text));
    identities.push_back(std::move(identity));
    return {};
  }));
  if (identities.empty()) return fail(Code::usage, "no age identity in it");
  return identities;
}

}  // namespace holdfast::pipeline::age
