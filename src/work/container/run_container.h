// One run of an own container: environment, files, sandbox, and what is told of it afterwards.
#pragma once

#include <cstdint>
#include <string>

#include "work/container/environment.h"
#include "work/container/workspace.h"
#include "work/task.h"

#include "base/result.h"
#include "control/reconcile/own_container.h"
#include "model/json.h"

namespace holdfast::work {

struct ContainerRun {
  const control::OwnContainer& container;
  ContainerTask task;
  const json::Value& configuration;  // KubermaticConfiguration
  const json::Value& destination;
  std::uint64_t snapshot_bytes = 0;  // in the workspace's backup directory; of a store container
};

// How long a container may take: KKP gives it two to four minutes whatever it has to move; here the size counts.
Duration time_limit_of(const ContainerRun& run);

// Runs it to its end. Into task.facts go containerSeconds, outputTail and, when it ended by itself, exitCode, also on
// errors. Code::unavailable: it ended with another exit code than 0; Code::timeout: it took too long; the errors of
// container_environment, expand_words and check_sandbox.
Status run_container(const Task& task, const ContainerRun& run, const Workspace& workspace);

}  // namespace holdfast::work
