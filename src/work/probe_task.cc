// Operations of type Probe: can the destination be written, read, listed and deleted from?
#include "work/destination.h"
#include "work/local_directory.h"
#include "work/surroundings.h"
#include "work/task.h"

#include "api/destination_place.h"
#include "api/fields.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/seed.h"
#include "objectstore/check.h"

namespace holdfast::work {

Result<TaskOutcome> run_probe(const Task& task) {
  HF_ASSIGN(const json::Value seed, find_seed(task.world, api::text_at(task.operation, {"spec", "seed"}), {}));
  const std::string_view name = api::text_at(task.operation, {"spec", "destination"});
  HF_ASSIGN(const json::Value destination, find_destination(seed, name));
  HF_ASSIGN(OpenDestination open, OpenDestination::open(destination, name, task.world));
  const objectstore::CheckReport report =
      objectstore::check_store(open.store(), "", task.world.random, task.world.clock, task.stop);
  if (task.stop.stop_requested()) return fail(Code::cancelled, "the probe was stopped");
  if (report.usable()) {
    HF_TRY(mark_directory(task.world, destination));
    TaskOutcome outcome;
    control::set_or_erase(outcome.result, control::kUsedDirectory, api::directory_of(destination));
    return outcome;
  }
  for (const objectstore::CheckStep& step : report.steps) {
    if (step.ok || !step.required) continue;
    return with_hint(fail(Code::refused, "{}: {}", step.name, step.error), step.hint);
  }
  return fail(Code::internal, "the probe failed without saying where");
}

}  // namespace holdfast::work
