// Writes the metrics of the server itself: deciding, working, answering, store, process. docs/monitoring.md lists them.
#pragma once

#include <optional>

#include "metrics/page.h"
#include "work/runner.h"

#include "control/manager/manager.h"
#include "http/server/server.h"
#include "os/process_usage.h"
#include "store/store.h"

namespace holdfast::server {

struct ServerFigures {
  bool leads = false;
  control::ManagerCounters manager;
  work::RunnerCounters runner;
  http::ServerCounts http;
  std::size_t watchers = 0;
  std::optional<store::StoreHealth> store;  // absent: it is away
  std::optional<os::ProcessUsage> process;
};

void write_server(metrics::Page& page, const ServerFigures& figures);

}  // namespace holdfast::server
