// How long the running server takes for what people ask of it.
#pragma once

#include <cstddef>

#include "control_plane/server_process.h"

namespace holdfast::bench {

struct AnswerTimes {
  double first_table = 0;      // seconds, for the client: the first time after the start
  double whole_table = 0;      // seconds, for the client: all configs as a table in one answer
  double table_processor = 0;  // seconds of the server's processor time for it
  std::size_t table_bytes = 0;
  double first_page = 0;  // seconds: 500 of them
  double kubectl = 0;     // seconds: `kubectl get etcdbackupconfigs -A`; 0: there is no kubectl
  double kubectl_at_once =
      0;  // the same with --chunk-size=0: kubectl itself lets 5 requests a second pass after the first ten
  double all_watchers = 0;    // seconds from a status update until the last watcher has it; the middle of several
  double worst_watchers = 0;  // the worst of them
};

struct AnswerOptions {
  std::size_t watchers = 1000;
  int rounds = 11;
  std::string kubectl;  // program; empty: none
};

// `clusters`: as many configs must come.
AnswerTimes time_answers(const ServerProcess& server, std::size_t clusters, const AnswerOptions& options);

}  // namespace holdfast::bench
