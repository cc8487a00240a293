// One attempt of one operation: what it is given, and what comes out.
#pragma once

#include <stop_token>
#include <string>

#include "work/claims.h"
#include "work/world.h"

#include "base/result.h"
#include "model/json.h"
#include "pipeline/progress.h"

namespace holdfast::work {

struct Task {
  World& world;
  const json::Value& operation;
  store::Revision sequence = 0;  // of the claim: greater than that of any attempt before it
  Guard guard = {};              // the claim: what the task writes is written only while it holds
  pipeline::Progress& progress;
  std::stop_token stop;
  json::Object& facts;  // what is known even if the attempt fails; for status.result then
  bool& hopeless;       // set with an error: another attempt would end the same way, whatever may_try_again() says
};

struct TaskOutcome {
  json::Object result;     // for status.result
  std::string message;     // for status.message; may be empty
  bool cancelled = false;  // there was nothing to do any more; the message says why
};

// By spec.type. An error is an attempt that failed; Error::retryable does not decide whether there is another one, see
// may_try_again().
Result<TaskOutcome> run_task(const Task& task);

// One per file. Each may be run again after it was broken off anywhere.
Result<TaskOutcome> run_backup(const Task& task);
Result<TaskOutcome> run_delete(const Task& task);
Result<TaskOutcome> run_probe(const Task& task);
Result<TaskOutcome> run_inventory(const Task& task);
Result<TaskOutcome> run_verify(const Task& task);

// Is the claim still ours? Code::cancelled when it is not. To be asked right before something goes that cannot come
// back: a server that was asleep for a while finds everything changed.
Status check_claim(const Task& task);

// Can another attempt end otherwise, without anybody changing what was asked for?
bool may_try_again(const Error& error);

}  // namespace holdfast::work
