// Runs tests/integration/store_writer.cc and collects what it says.
#pragma once

#include <string>
#include <vector>

#include "support/child_process.h"

namespace holdfast::test {

class StoreWriterProcess {
 public:
  explicit StoreWriterProcess(std::vector<std::string> arguments);
  ~StoreWriterProcess();
  StoreWriterProcess(const StoreWriterProcess&) = delete;
  StoreWriterProcess& operator=(const StoreWriterProcess&) = delete;

  void wait_for_output();            // at least one line, or the end
  void kill();                       // at once; returns when it is gone
  int wait();                        // for its own end: the exit code
  std::vector<std::string> lines();  // everything it said, whole lines only; after its end

 private:
  int read_end_ = -1;
  ChildProcess child_;
};

}  // namespace holdfast::test
