// What lies in the server's data directory, made at the first start and kept since:
//   pki/ca.crt, pki/ca.key          the authority that signs the two below; ten years
//   pki/server.crt, pki/server.key  for TLS; made anew when it runs out or lacks a name
//   pki/admin.crt, pki/admin.key    the administrator's client certificate; made anew when it runs out
//   secrets.key                     opens the values of secrets (registry/sealer.h)
//   admin.kubeconfig                for kubectl, with the above
//   server.lock                     held by the server that uses the directory
//   server-id                       what tells this server from others on the same store
//   spool/                          large temporary files of operations
// Keys, kubeconfig and directory are for their owner alone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/server/certificates.h"
#include "http/server/server.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::server {

struct Credentials {
  http::ServerTls tls;  // with our authority as that of clients
  std::string authority_pem;
  http::KeyPair administrator;
};

class DataDirectory {
 public:
  DataDirectory(std::string path, os::FileSystem& files, os::Clock& clock, os::Random& random)
      : path_(std::move(path)), files_(files), clock_(clock), random_(random) {}

  // Makes the directory. Code::refused when others may look into it.
  Status prepare();
  // Holds it for as long as this lives. Code::refused when another server does, whatever their stores are.
  Status hold();
  std::string file(std::string_view name) const;

  // Reads what is there and makes what is missing. `names`: DNS names and addresses of the server.
  Result<Credentials> credentials(const std::vector<std::string>& names);
  // 16 hexadecimal digits; made at the first start.
  Result<std::string> server_id();
  // Writes admin.kubeconfig unless it is there already as it should be; says whether it was written.
  Result<bool> write_kubeconfig(const Credentials& credentials, const std::string& url);

 private:
  Result<http::KeyPair> authority();
  Result<std::optional<http::KeyPair>> read_pair(const std::string& name);
  Status write_pair(const std::string& name, const http::KeyPair& pair);

  const std::string path_;
  std::unique_ptr<os::File> held_;
  os::FileSystem& files_;
  os::Clock& clock_;
  os::Random& random_;
};

// A kubeconfig with one cluster, one user and one context, all called "holdfast".
std::string kubeconfig_text(const Credentials& credentials, std::string_view url);

}  // namespace holdfast::server
