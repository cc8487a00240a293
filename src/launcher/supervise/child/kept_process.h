// Private to child/: one etcd process and its record, without threads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "launcher/supervise/child/bounded_log.h"
#include "launcher/supervise/child/child_supervisor.h"
#include "launcher/supervise/child/record.h"

namespace holdfast::launcher {

// Every call looks at the process, changes the record before the world where the order matters, and never waits. Not
// safe for several threads at once.
class KeptProcess {
 public:
  // Holds DATA.launcher, reads the record, finds the process.
  static Result<std::unique_ptr<KeptProcess>> open(const ChildOptions& options, const ChildWorld& world);

  Status start(const EtcdCommand& command);
  // It is not wanted any more, and is told to end if it runs.
  Status release();
  Status kill();
  bool runs() const { return process_ != nullptr; }
  // Notices its end, starts it again when it is time to, bounds its log. What goes wrong is an event in the log of this
  // program, and tried again.
  void look();
  EtcdState state() const;
  Result<std::string> log_tail(std::size_t limit) const { return log_.tail(limit); }

 private:
  KeptProcess(const ChildOptions& options, const ChildWorld& world, const std::string& base,
              std::unique_ptr<os::File> hold);

  Status read_record();
  Status set_aside(const Error& damage);
  Status find_process();
  Status save() const;
  void save_or_warn();
  void warn(std::string_view name, const Error& error);
  void notice_end();
  void note_end(const os::ProcessEnd& end);
  void count_end(ExitReason reason, Duration ran);
  void start_again();
  Status launch();

  const ChildOptions options_;
  const ChildWorld world_;
  const std::string record_path_;
  const std::unique_ptr<os::File> hold_;
  BoundedLog log_;
  ChildRecord record_;
  std::unique_ptr<os::DetachedProcess> process_;
  os::SteadyTime began_{};       // of process_, as far as known
  os::SteadyTime next_start_{};  // of one that is wanted and does not run
  std::string told_;             // the newest warning, said once however often it is met
};

}  // namespace holdfast::launcher
