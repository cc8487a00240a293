// Everything outside that operations touch.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "etcd/client.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/file_system.h"
#include "os/process.h"
#include "os/random.h"
#include "registry/registry.h"

namespace holdfast::work {

class Witness;

struct World {
  registry::Registry& registry;
  os::FileSystem& files;
  os::Clock& clock;
  os::Random& random;
  const os::Environment& environment;
  os::Processes& processes;
  std::string spool_directory;  // for large temporary files
  // Makes the client of a cluster; replaced by tests that bring their own.
  std::function<Result<std::unique_ptr<etcd::Client>>(const etcd::ClientOptions&)> connect;
  Witness* witness = nullptr;  // witness.h; told how each attempt ended
};

// The values of a Secret by a reference {name, namespace}. `name_space` counts when the reference names none. `what`
// says whose it is.
Result<std::map<std::string, Secret>> referenced_secret(World& world, const json::Value& reference,
                                                        std::string_view name_space, std::string_view what);

}  // namespace holdfast::work
