// Encrypts the values of secrets before they reach the store, so that neither the database nor a copy of it gives them
// away. XChaCha20-Poly1305 (libsodium) with random nonces; the place of a value is authenticated with it, so that one
// value cannot be moved to another secret.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::registry {

// Immutable; any thread.
class Sealer {
 public:
  // Keys as text, one "NUMBER:BASE64 OF 32 BYTES" a line; the greatest number seals, all can open. Code::usage says
  // which line is none, never what it says.
  static Result<Sealer> from_text(const Secret& text);
  // Reads the file, or makes it with one new key (mode 0600) when there is none. Code::refused when others may read it.
  static Result<Sealer> from_file(os::FileSystem& files, os::Random& random, const std::string& path);

  // Adds a new key with the next number to the file, which must be there; the old ones stay, for what is sealed with
  // them. Whole or not at all. Returns the number. Code::refused when there are a hundred.
  static Result<std::uint64_t> add_key(os::FileSystem& files, os::Random& random, const std::string& path);

  // "sealed:NUMBER:BASE64". `place` is what the value belongs to.
  std::string seal(std::string_view plain, std::string_view place, os::Random& random) const;
  // Code::corrupt when it was changed, belongs elsewhere or is none; Code::not_found when its key is gone.
  Result<Secret> open(std::string_view sealed, std::string_view place) const;
  static bool is_sealed(std::string_view text);
  // Is it sealed with the newest key? What is not, is sealed anew when it is written.
  bool is_current(std::string_view sealed) const;

 private:
  static Result<Secret> read_file(os::FileSystem& files, const std::string& path);

  std::map<std::uint64_t, Secret> keys_;  // 32 bytes each; not empty
};

}  // namespace holdfast::registry
