// Certificates made for one test with the openssl program: an authority, a server ("localhost", "etcd.test", 127.0.0.1)
// and a client.
#pragma once

#include <string>

#include "base/result.h"

namespace holdfast::test {

struct Certificates {
  std::string ca_file;
  std::string server_certificate_file;
  std::string server_key_file;
  std::string client_certificate_file;
  std::string client_key_file;
};

// Writes PEM files into `directory`, which exists. Valid for two days.
Result<Certificates> make_certificates(const std::string& directory);

}  // namespace holdfast::test
