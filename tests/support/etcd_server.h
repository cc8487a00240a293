// A real etcd (or several, as one cluster) on free loopback ports, in a temporary directory, ended by its process id.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace holdfast::test {

enum class EtcdVersion { v3_4, v3_5 };

// Where scripts/test-servers put the programs: $HOLDFAST_SERVERS, else <source>/build/servers.
std::string servers_directory();
std::string etcd_program(EtcdVersion version);     // …/etcd
std::string etcdctl_program(EtcdVersion version);  // …/etcdctl
std::string etcdutl_program();                     // 3.5 only

struct EtcdOptions {
  EtcdVersion version = EtcdVersion::v3_5;
  int members = 1;
  bool tls = false;                      // server and client certificates made for the occasion with openssl
  std::vector<std::string> extra_flags;  // for every member
  std::vector<std::string> data_dirs;    // existing (restored) directories, one per member; empty: fresh ones
  std::vector<std::string> peer_urls;    // with data_dirs: the peer URLs they were restored for
  std::string initial_cluster_token = "etcd-cluster";
};

// Started and healthy when make_etcd_cluster returns. The destructor ends the processes and removes what it made.
class EtcdCluster {
 public:
  virtual ~EtcdCluster() = default;
  virtual std::vector<std::string> endpoints() const = 0;  // client URLs, one per member
  virtual std::string data_dir(int member) const = 0;
  virtual std::string ca_file() const = 0;  // with tls
  virtual std::string client_certificate_file() const = 0;
  virtual std::string client_key_file() const = 0;
  virtual void kill(int member) = 0;              // SIGKILL, waits for the end
  virtual void stop(int member) = 0;              // SIGTERM, waits for the end
  virtual Status start(int member) = 0;           // again, on the same directory, waits until healthy
  virtual void pause(int member) = 0;             // SIGSTOP
  virtual void resume(int member) = 0;            // SIGCONT
  virtual std::string log(int member) const = 0;  // what it printed so far
};
Result<std::unique_ptr<EtcdCluster>> make_etcd_cluster(const EtcdOptions& options);

// Runs a program with its arguments and waits; both outputs captured.
struct ProgramResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};
ProgramResult run_program(const std::vector<std::string>& arguments, const std::string& input = "",
                          const std::vector<std::string>& extra_environment = {});  // "NAME=value"

// A port on 127.0.0.1 that nobody listened on a moment ago.
int free_port();

}  // namespace holdfast::test
