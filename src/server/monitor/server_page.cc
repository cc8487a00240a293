#include "server/monitor/server_page.h"

#include "model/version.h"

namespace holdfast::server {
namespace {

using metrics::Page;
using metrics::Type;

template <class Number>
double as_number(Number value) {
  return static_cast<double>(value);
}

void write_control(Page& page, const ServerFigures& figures) {
  const control::ManagerCounters& manager = figures.manager;
  page.number(Type::gauge, "holdfast_leader", "Whether this server is the one that decides.", figures.leads ? 1 : 0);
  page.number(Type::counter, "holdfast_reconciliations_total", "Looks at clusters and Seeds.",
              as_number(manager.looks));
  page.number(Type::counter, "holdfast_reconciliation_failures_total", "Looks that failed and are tried again.",
              as_number(manager.failures));
  page.number(Type::gauge, "holdfast_reconciliation_queue_length", "Clusters and Seeds with a time of their next look.",
              as_number(manager.waiting));
  const work::RunnerCounters& runner = figures.runner;
  page.number(Type::gauge, "holdfast_operations_waiting", "Operations that wait for their time or for room.",
              as_number(runner.waiting));
  page.number(Type::gauge, "holdfast_operations_running", "Operations that this server is at work on.",
              as_number(runner.running));
}

void write_http(Page& page, const ServerFigures& figures) {
  page.number(Type::gauge, "holdfast_http_connections", "Open connections of clients.",
              as_number(figures.http.connections));
  page.number(Type::gauge, "holdfast_http_streams", "Answers that go on, such as watches.",
              as_number(figures.http.streams));
  page.number(Type::gauge, "holdfast_http_pending_requests", "Requests that wait for a thread.",
              as_number(figures.http.pending));
  page.number(Type::counter, "holdfast_http_slow_readers_total",
              "Streams that were broken off because their client did not read fast enough.",
              as_number(figures.http.slow_readers));
  page.number(Type::gauge, "holdfast_watchers", "Those who are told of changes, the server's own threads included.",
              as_number(figures.watchers));
}

void write_store(Page& page, const ServerFigures& figures) {
  page.number(Type::gauge, "holdfast_store_up", "Whether the store can be read and written.", figures.store ? 1 : 0);
  page.family(Type::gauge, "holdfast_store_revision", "How many changes the store has seen.");
  if (figures.store) page.sample({}, as_number(figures.store->revision));
  page.family(Type::gauge, "holdfast_store_history_revisions",
              "Changes of which the store still knows what was before.");
  if (figures.store) page.sample({}, as_number(figures.store->revision - figures.store->oldest_event));
  page.family(Type::gauge, "holdfast_store_size_bytes", "Bytes the store takes on its disk.");
  if (figures.store) page.sample({}, as_number(figures.store->size_bytes));
}

// Under the names that all client libraries use.
void write_process(Page& page, const os::ProcessUsage& process) {
  page.number(Type::counter, "process_cpu_seconds_total", "Seconds of processor time taken.", process.cpu_seconds);
  page.number(Type::gauge, "process_resident_memory_bytes", "Bytes of memory held.", as_number(process.resident_bytes));
  page.number(Type::gauge, "process_virtual_memory_bytes", "Bytes of address space.", as_number(process.virtual_bytes));
  page.number(Type::gauge, "process_open_fds", "Open file descriptors.", as_number(process.open_files));
  page.number(Type::gauge, "process_max_fds", "How many there may be.", as_number(process.most_open_files));
  page.number(Type::gauge, "process_threads", "Threads.", as_number(process.threads));
  page.number(Type::gauge, "process_start_time_seconds", "When it was started, in seconds since 1970.",
              process.start_time);
}

}  // namespace

void write_server(Page& page, const ServerFigures& figures) {
  page.family(Type::gauge, "holdfast_build_info", "Always 1; the label tells the version.");
  page.sample({{"version", kVersion}}, 1);
  write_control(page, figures);
  write_http(page, figures);
  write_store(page, figures);
  if (figures.process) write_process(page, *figures.process);
}

}  // namespace holdfast::server
