// Made-up Kubernetes objects as they lie in etcd: JSON documents of 1 to 4 KB whose field names repeat and whose names,
// uids, digests and secrets are random, so that they compress about as well as the real ones.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::bench {

struct Object {
  std::string key;  // "/registry/pods/team-17/web-6d9fbc7d5c-x2k4p"
  std::string value;
};

// Object number `index` of the series `seed`: always the same one, whoever asks and in whatever order.
Object make_object(std::uint64_t seed, std::uint64_t index);

}  // namespace holdfast::bench
