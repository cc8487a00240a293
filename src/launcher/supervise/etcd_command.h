// The command line of an etcd, from what is known of its member. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launcher/supervise/supervisor.h"

#include "base/result.h"
#include "os/environment.h"

namespace holdfast::launcher {

// Paths of PEM files. All empty: no TLS. With `ca`, whoever connects has to show a certificate signed by it.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string ca;
};

enum class InitialState { created, existing };  // "new" and "existing"

struct InitialMember {
  std::string name;
  std::string peer_url;
};

struct EtcdSettings {
  std::string program;   // an absolute path
  std::string name;      // of the member
  std::string data_dir;  // an absolute path; the write-ahead log lies in it
  std::vector<std::string> listen_peer_urls;
  std::vector<std::string> advertise_peer_urls;
  std::vector<std::string> listen_client_urls;
  std::vector<std::string> advertise_client_urls;
  std::vector<std::string> metrics_urls;       // may be empty
  std::vector<InitialMember> initial_cluster;  // this member with each of its advertised peer URLs among them
  InitialState initial_state = InitialState::created;
  std::string initial_token;  // not empty: two clusters that share none never mix
  TlsFiles peer_tls;
  TlsFiles client_tls;
  std::optional<std::uint64_t> quota;  // bytes; etcd's own default without
  std::string log_level = "info";
  std::vector<std::string> extra_flags;  // "--flag=value" or "--flag", each in one word
};

// The flags of etcd 3.4, 3.5 and 3.6 (`etcd --help` of each), the same words for all of them; what those mean that etcd
// lets to its defaults is not written down. The environment is a new one: of `own` only what concerns the machine or
// the Go runtime goes on, since etcd reads every ETCD_… as a flag, refuses to start when one contradicts a flag, and
// what else is in it is none of its business. Code::usage says which setting is wrong and why; extra flags may not say
// what is said by a setting, nor what would take the member out of the launcher's hands.
Result<EtcdCommand> etcd_command(const EtcdSettings& settings, const os::Environment& own);

}  // namespace holdfast::launcher
