// Certificates for a first start, when nobody has brought any: an authority of our own, and what it signs. ECDSA P-256.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "os/random.h"

namespace holdfast::http {

struct KeyPair {
  std::string certificate_pem;
  Secret key_pem;  // PKCS #8, not encrypted
};

inline constexpr Duration kAuthorityLifetime = std::chrono::hours(24 * 3653);  // ten years
inline constexpr Duration kLeafLifetime = std::chrono::hours(24 * 365);

// When a certificate begins to be valid: a day before it is made, so that nobody is locked out while a clock is late,
// be it the client's or, later, our own.
inline constexpr Duration kBackdated = std::chrono::hours(24);

// Signs nothing but leaves (path length 0).
Result<KeyPair> make_authority(const std::string& common_name, WallTime now, os::Random& random = os::real_random());

// For servers. `names` are DNS names and numeric addresses, at least one; Code::usage when one is neither. Ends with
// the authority if that ends earlier.
Result<KeyPair> make_server_certificate(const KeyPair& authority, const std::vector<std::string>& names, WallTime now,
                                        Duration lifetime = kLeafLifetime, os::Random& random = os::real_random());

// For clients: the common name is the user, the organizations are the groups.
Result<KeyPair> make_client_certificate(const KeyPair& authority, const std::string& common_name,
                                        const std::vector<std::string>& organizations, WallTime now,
                                        Duration lifetime = kLeafLifetime, os::Random& random = os::real_random());

// What the first certificate of a PEM text says.
struct CertificateFacts {
  std::string common_name;
  std::vector<std::string> organizations;
  std::vector<std::string> names;  // DNS names and addresses, as make_server_certificate() takes them
  WallTime not_before;
  WallTime not_after;
  bool is_authority = false;
  std::string sha256;  // lower-case hex of the DER form
};
Result<CertificateFacts> read_certificate(std::string_view pem);

// Is it time for a new one: a third or less of its life is left, it was signed by another authority, or a name is
// missing? Code::usage when either cannot be read.
Result<bool> needs_renewal(std::string_view certificate_pem, std::string_view authority_pem,
                           const std::vector<std::string>& names, WallTime now);

}  // namespace holdfast::http
