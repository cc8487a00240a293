#include "base/md5.h"

#include <cstdlib>

#include <openssl/evp.h>

namespace holdfast {

Md5Digest md5(ByteView bytes) {
  Md5Digest digest{};
  // Fails where the system's policy forbids MD5 or memory is out: the protocol cannot be spoken then.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1) std::abort();
  return digest;
}

}  // namespace holdfast
