// Encryption in the age v1 format (docs/formats/stored-object.md names the specification): X25519 recipients and scrypt
// passphrases, 64 KiB ChaCha20-Poly1305 chunks. The `age` program opens what we write and we open what it writes
// (binary, not ASCII-armoured).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/stream.h"
#include "os/random.h"

namespace holdfast::pipeline::age {

// A public key, "age1…". Parsed once, so that a typing error is found before any work is done.
class Recipient {
 public:
  // Code::usage, also for a point of low order. The message never holds the text of a secret key given by mistake.
  static Result<Recipient> parse(std::string_view text);
  std::string to_string() const;  // "age1…"
  const std::array<std::uint8_t, 32>& point() const { return point_; }

 private:
  friend class Identity;
  std::array<std::uint8_t, 32> point_{};
};

// A private key, "AGE-SECRET-KEY-1…".
class Identity {
 public:
  static Result<Identity> parse(std::string_view text);  // Code::usage; the message never holds the key
  static Identity generate(os::Random& random);
  Secret to_secret_string() const;
  Recipient recipient() const;
  const Secret& scalar() const { return scalar_; }  // 32 raw bytes

 private:
  Secret scalar_;
};

// The format of recipients and identity files: one key per line, '#' comments, blank lines. Code::usage names the line
// number.
Result<std::vector<Recipient>> parse_recipients(std::string_view file);
Result<std::vector<Identity>> parse_identities(std::string_view file);

// Who can open it: one or more recipients, or exactly one passphrase (age forbids mixing).
struct EncryptTo {
  std::vector<Recipient> recipients;
  Secret passphrase;
  int scrypt_log_n = 18;  // work factor for passphrases, 1..20; takes 1 KiB << log_n of memory while the sink is made
};
struct DecryptWith {
  std::vector<Identity> identities;
  Secret passphrase;
  int max_scrypt_log_n = 20;  // refuse headers that ask for more work (memory is 1 KiB << log_n)
};

// Writes the header to `next` at once, then encrypted chunks, several in one call. `next` must outlive the sink.
// Code::usage when nobody, or both kinds, could open it, or there are more than 1,000 recipients; Code::no_space when
// there is not the memory to derive a key from the passphrase.
Result<std::unique_ptr<ByteSink>> make_encryptor(const EncryptTo& to, os::Random& random, ByteSink& next);

// Reads the header at once. `from` must outlive the source. Code::refused when no identity or passphrase fits (the hint
// says for whom the file was encrypted) or the header asks for too much work; Code::unsupported for another version and
// for ASCII armour; Code::corrupt when header or chunks were changed, cut off or extended. Never gives a byte that was
// not authenticated: where a chunk does not fit, the memory it would have gone to is wiped.
Result<std::unique_ptr<ByteSource>> make_decryptor(const DecryptWith& with, ByteSource& from);

// Does a stream that begins with these bytes (22 are enough) look like an age file?
bool looks_like_age(ByteView head);

}  // namespace holdfast::pipeline::age
