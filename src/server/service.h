// The whole server, put together: store, registry, watches, handlers, HTTP, the manager that decides and the runner
// that carries out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/metrics_listen.h"

#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "etcd/client.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/file_system.h"
#include "os/process.h"
#include "os/random.h"
#include "registry/registry.h"
#include "registry/watch_hub.h"
#include "store/store.h"

namespace holdfast::server {

struct ServiceOptions {
  std::string data_directory;
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 8443;          // 0: a free one
  std::vector<std::string> names;     // DNS names and addresses of the server besides the usual ones and `address`
  Secret secrets_key;                 // registry/sealer.h; empty: it lies in the file below
  std::string secrets_key_file;       // empty: secrets.key in the data directory
  bool rotate_secrets_key = false;    // add a new key to that file first; Code::usage together with secrets_key
  std::size_t operations =
      16;  // backups at once by this server, each of a few MiB, unless the configuration says how many
  std::optional<MetricsListen> metrics_listen;  // besides /metrics of the API
};

// What the service stands on; outlives it.
struct ServiceWorld {
  os::FileSystem& files;
  os::Clock& clock;
  os::Random& random;
  const os::Environment& environment;
  os::Processes& processes;
  // Makes the client of a cluster; safe for any thread.
  std::function<Result<std::unique_ptr<etcd::Client>>(const etcd::ClientOptions&)> connect;
};

// Opens the store; called when the data directory is there.
using OpenStore = std::function<Result<std::unique_ptr<store::Store>>()>;

class Service {
 public:
  virtual ~Service() = default;
  virtual std::string url() const = 0;          // "https://127.0.0.1:8443"
  virtual std::string kubeconfig() const = 0;   // path
  virtual bool kubeconfig_written() const = 0;  // by this start
  virtual registry::Registry& registry() = 0;
  virtual registry::WatchHub& hub() = 0;
  virtual std::uint16_t metrics_port() const = 0;  // of ServiceOptions::metrics_listen; 0: none
  // No new connections, streams are ended, waits up to `grace` for answers.
  virtual void stop(Duration grace) = 0;
};

// Starts everything; ready when it returns.
Result<std::unique_ptr<Service>> start_service(const ServiceOptions& options, const ServiceWorld& world,
                                               const OpenStore& open_store);

// Code::usage. "127.0.0.1:8443", "[::]:8443", ":8443" (every address).
Status read_listen(std::string_view text, ServiceOptions& options);

}  // namespace holdfast::server
