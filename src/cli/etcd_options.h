// The options that say how to reach etcd, with etcdctl's names, defaults and environment.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/option.h"
#include "cli/session.h"
#include "etcd/client.h"

namespace holdfast::cli {

struct EtcdFlags {
  std::vector<std::string> endpoints{"127.0.0.1:2379"};
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string server_name;
  bool insecure_skip_verify = false;
  bool insecure_transport = true;
  std::string user;  // "name" or "name:password"
  Secret password;
  std::string password_file;
  Duration dial_timeout = std::chrono::seconds(5);
  Duration command_timeout = std::chrono::seconds(10);
  Duration stall_timeout = std::chrono::seconds(30);
};

OptionGroup etcd_options(EtcdFlags& flags);

// Puts the password together from wherever it was given, asking for it at the terminal when there is a user and none.
// Code::usage for options that contradict each other.
Result<etcd::ClientOptions> etcd_client_options(const EtcdFlags& flags, Session& session);

}  // namespace holdfast::cli
