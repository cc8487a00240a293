// Where the server is and who we are.
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"

namespace holdfast::client {

struct Connection {
  std::string server;                  // "https://127.0.0.1:8443", without a slash at the end
  std::string name_space = "default";  // where objects are that name none

  std::string authority_pem;  // whom we trust; empty: the system's authorities
  std::string tls_server_name;
  bool insecure_skip_verify = false;
  std::string proxy;  // empty: what the environment says

  std::string certificate_pem;  // empty: none
  Secret key_pem;
  Secret token;            // empty: none
  std::string token_file;  // read for every request, because tokens in files are renewed; wins over `token`
  std::string act_as;      // an administrator may act as somebody else; empty: as oneself
  std::vector<std::string> act_as_groups;
};

}  // namespace holdfast::client
