// Seals values of secrets with the newest key, after a key was added.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "api/kind.h"
#include "base/result.h"
#include "os/random.h"
#include "registry/sealer.h"
#include "store/store.h"

namespace holdfast::registry {

struct Resealed {
  std::size_t secrets = 0;  // that were written anew
  // "NAMESPACE/NAME: what is wrong" of those with a value that cannot be opened: its key is missing, or it is damaged.
  // They stay as they are.
  std::vector<std::string> closed;
};

// Goes through all Secrets, each in a transaction of its own on the condition that nobody changed it meanwhile, and
// again when somebody did. Broken off at any moment, it leaves each secret sealed with the old key or the new one; the
// next call goes on. Nothing is written when every value is sealed with the newest key already.
Result<Resealed> reseal_secrets(store::Store& store, const api::Kinds& kinds, const Sealer& sealer, os::Random& random);

}  // namespace holdfast::registry
