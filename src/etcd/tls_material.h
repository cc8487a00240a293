// The PEM texts a TLS connection needs, read from where the options say.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "etcd/client.h"
#include "os/file_system.h"

namespace holdfast::etcd {

struct TlsMaterial {
  std::string authorities;  // trusted certificates, PEM; empty with insecure_skip_verify
  std::string certificate;  // the client's chain, PEM; empty: none
  Secret key;
  std::string server_name;  // empty: the endpoint's host
  bool verify = true;
};

// Reads the files once; a client keeps what it read. Without a CA file the system's trust store is taken. Code::usage
// when the options contradict each other or a file holds no PEM.
Result<TlsMaterial> read_tls_material(os::FileSystem& files, const TlsOptions& options);

// True when any option asks for TLS, so that an endpoint without a scheme means https.
bool asks_for_tls(const TlsOptions& options);

}  // namespace holdfast::etcd
