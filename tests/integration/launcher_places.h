// What supervisors of each kind stand on, with a real etcd to run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "launcher/supervise/supervisor.h"

#include "base/result.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {

// One member's data directory, ports and command. What runs with that command is ended by the destructor.
class MemberForTest {
 public:
  explicit MemberForTest(EtcdVersion version, const std::vector<std::string>& extra_flags = {});
  ~MemberForTest();
  MemberForTest(const MemberForTest&) = delete;
  MemberForTest& operator=(const MemberForTest&) = delete;

  const TempDir& directory() const { return directory_; }
  std::string data_dir() const { return directory_.file("data"); }
  const launcher::EtcdCommand& command() const { return command_; }
  // Of everything that was started with this member's environment and has not ended, whoever started it.
  std::vector<int> pids() const;
  bool serves() const;
  bool db_is_held() const;  // by flock(2), as bbolt does while a database is open

 private:
  const EtcdVersion version_;
  TempDir directory_;
  std::string client_url_;
  launcher::EtcdCommand command_;
};

class SupervisorPlace {
 public:
  virtual ~SupervisorPlace() = default;
  // Another launcher for the same member.
  virtual Result<std::unique_ptr<launcher::Supervisor>> open() = 0;
};
std::unique_ptr<SupervisorPlace> child_place(const MemberForTest& member);
std::unique_ptr<SupervisorPlace> systemd_place(const MemberForTest& member);     // a stand-in for systemd
std::unique_ptr<SupervisorPlace> static_pod_place(const MemberForTest& member);  // a stand-in for a kubelet

// Waits until it is so, a minute at most.
bool eventually(const std::function<bool()>& condition);

}  // namespace holdfast::test
