// The server as users run it, and what the kernel says it costs.
#pragma once

#include <cstdint>
#include <string>

#include "support/child_process.h"

namespace holdfast::bench {

// Started by the constructor; told to end, and waited for, by the destructor. Ends the program when it does not start.
class ServerProcess {
 public:
  ServerProcess(const std::string& program, const std::string& data_directory);
  ~ServerProcess();

  std::uint16_t port() const { return port_; }
  std::string pki() const { return data_directory_ + "/pki"; }
  std::string kubeconfig() const { return data_directory_ + "/admin.kubeconfig"; }
  double start_seconds() const { return start_seconds_; }  // until /readyz said yes

  double processor_seconds() const;     // user and system, since it was started
  std::uint64_t resident() const;       // bytes, now
  std::uint64_t most_resident() const;  // bytes, ever

  // Waits until it hardly works. The processor seconds it needed until then, since its start.
  double settle() const;

 private:
  std::string data_directory_;
  test::ChildProcess child_;
  std::uint16_t port_ = 0;
  double start_seconds_ = 0;
  int output_ = -1;  // what it prints; kept open for it
};

}  // namespace holdfast::bench
