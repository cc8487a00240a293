// A launcher that keeps one process until it is killed: launcher_keeper DATA_DIR MARK PROGRAM ARGUMENT...
// MARK is "NAME=value", all of the process's environment. It says "kept PID" when there is one.
#include <cstdio>
#include <string>

#include "launcher/supervise/child/child_supervisor.h"

int main(int count, char** words) {
  using namespace holdfast;
  if (count < 4) return 2;
  launcher::ChildOptions options;
  options.data_dir = words[1];
  const auto supervisor =
      launcher::supervise_child(options, {os::real_file_system(), os::real_clock(), os::real_detached_processes()});
  if (!supervisor) {
    std::fprintf(stderr, "%s\n", supervisor.error().to_string().c_str());
    return 1;
  }
  const std::string mark = words[2];
  const std::size_t equals = mark.find('=');
  const launcher::EtcdCommand command{.program = words[3],
                                      .arguments = {words + 4, words + count},
                                      .environment = {{mark.substr(0, equals), mark.substr(equals + 1)}}};
  if (const Status started = (*supervisor)->start(command, {}); !started) {
    std::fprintf(stderr, "%s\n", started.error().to_string().c_str());
    return 1;
  }
  std::printf("kept %d\n", (*supervisor)->state()->pid.value_or(0));
  std::fflush(stdout);
  while (os::real_clock().sleep_for(std::chrono::hours(1), {})) {
  }
}
